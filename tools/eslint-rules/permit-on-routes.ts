import type { Rule } from 'eslint';
import type { TSESTree } from '@typescript-eslint/types';

const routes = new Set(['All', 'Delete', 'Get', 'Head', 'Options', 'Patch', 'Post', 'Put', 'Search', 'Sse']);
const permits = new Set(['AdminOnly', 'Permit', 'Public']);

/** Nobody gets in by omission: every route says who may call it, itself or by its controller. */
export const permitOnRoutes: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { permit: 'A route says who may call it: @Permit(…), @Public() or @AdminOnly().' },
  },
  create: (context) => ({
    MethodDefinition(node) {
      const method = node as unknown as TSESTree.MethodDefinition;
      if (!has(method.decorators, routes)) return;
      const controller = method.parent.parent;
      if (has(method.decorators, permits) || has(controller.decorators, permits)) return;
      context.report({ node: node.key, messageId: 'permit' });
    },
  }),
};

function has(decorators: TSESTree.Decorator[], names: Set<string>): boolean {
  return decorators.some(({ expression }) => {
    const name = expression.type === 'CallExpression' ? expression.callee : expression;
    return name.type === 'Identifier' && names.has(name.name);
  });
}
