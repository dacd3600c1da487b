import type { Rule } from 'eslint';
import type { TSESTree } from '@typescript-eslint/types';

type Callable = TSESTree.ArrowFunctionExpression | TSESTree.FunctionDeclaration | TSESTree.FunctionExpression;

const most = { function: 4, constructor: 6 };

/** At most 4 parameters for a function, 6 dependencies for a constructor. */
export const maxParameters: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      function: 'This function takes {{count}} parameters; 4 is the most. Group what belongs together.',
      constructor: 'This class depends on {{count}} others; 6 is the most. Split it by meaning.',
    },
  },
  create(context) {
    const check = (node: Rule.Node) => {
      const callable = node as unknown as Callable;
      const { parent } = callable;
      const kind = parent.type === 'MethodDefinition' && parent.kind === 'constructor' ? 'constructor' : 'function';
      const count = callable.params.length;
      if (count > most[kind]) context.report({ node, messageId: kind, data: { count: String(count) } });
    };
    return { ArrowFunctionExpression: check, FunctionDeclaration: check, FunctionExpression: check };
  },
};
