import type { Rule } from 'eslint';
import type { TSESTree } from '@typescript-eslint/types';

/** The workspace is the first argument: every public method of a `…Repository` takes `scope` first. */
export const scopeFirst: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { scope: "'{{method}}' of a repository must take 'scope' as its first parameter." },
  },
  create: (context) => ({
    'ClassBody > MethodDefinition[kind="method"]'(node: Rule.Node) {
      const method = node as unknown as TSESTree.MethodDefinition;
      if (!isRepository(method) || isHidden(method) || nameOfFirstParameter(method) === 'scope') return;
      context.report({ node, messageId: 'scope', data: { method: context.sourceCode.getText(method.key as never) } });
    },
  }),
};

function isRepository(method: TSESTree.MethodDefinition): boolean {
  const owner = method.parent.parent;
  return owner.id?.name.endsWith('Repository') ?? false;
}

function isHidden({ accessibility, key }: TSESTree.MethodDefinition): boolean {
  return accessibility === 'private' || accessibility === 'protected' || key.type === 'PrivateIdentifier';
}

function nameOfFirstParameter({ value }: TSESTree.MethodDefinition): string | undefined {
  const [first] = value.params;
  return first?.type === 'Identifier' ? first.name : undefined;
}
