import type { Rule } from 'eslint';

/** The environment is read once, in libs/config; everybody else asks for the parsed configuration. */
export const noProcessEnv: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { environment: 'Only libs/config reads the environment; ask for the parsed configuration instead.' },
  },
  create: (context) => ({
    "MemberExpression[object.name='process'][property.name='env']": (node: Rule.Node) =>
      context.report({ node, messageId: 'environment' }),
    "MemberExpression[object.name='process'][property.value='env']": (node: Rule.Node) =>
      context.report({ node, messageId: 'environment' }),
    "VariableDeclarator[init.name='process'] > ObjectPattern > Property[key.name='env']": (node: Rule.Node) =>
      context.report({ node, messageId: 'environment' }),
    "ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier[imported.name='env']": (node: Rule.Node) =>
      context.report({ node, messageId: 'environment' }),
  }),
};
