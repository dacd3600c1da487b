import type { Rule } from 'eslint';

const sources = /^(#database|sql-template-tag)$|\/sql\.js$/;
const builders = /^(sql|raw|join|bulk)$/;

/** SQL is written in repositories and rule conditions, so that one `ls` shows where the database is asked. */
export const sqlInRepositories: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { sql: 'SQL belongs into a *.repository.ts file, a rule condition or a migration.' },
  },
  create: (context) => ({
    ImportDeclaration(node) {
      if (!sources.test(String(node.source.value))) return;
      for (const specifier of node.specifiers) {
        const { type } = specifier;
        const name =
          type === 'ImportSpecifier' && specifier.imported.type === 'Identifier'
            ? specifier.imported.name
            : specifier.local.name;
        if (type === 'ImportNamespaceSpecifier' || builders.test(name)) {
          context.report({ node: specifier, messageId: 'sql' });
        }
      }
    },
  }),
};
