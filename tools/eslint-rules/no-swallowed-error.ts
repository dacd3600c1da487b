import type { Rule, Scope } from 'eslint';

/** A caught error is thrown on or used; one that disappears is a bug nobody will ever see. */
export const noSwallowedError: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { swallowed: 'This error disappears: throw, or use it (log it, look at it, pass it on).' },
  },
  create(context) {
    const { sourceCode } = context;
    /** Did the block that was just left throw? One entry for each catch or handler we are inside of. */
    const throws: boolean[] = [];

    const enter = () => throws.push(false);
    const leave = (node: Rule.Node) => {
      const threw = throws.pop();
      if (!threw && !usesError(sourceCode.getDeclaredVariables(node))) {
        context.report({ node, messageId: 'swallowed' });
      }
    };
    const handler =
      "CallExpression[callee.property.name='catch'] > :matches(ArrowFunctionExpression, FunctionExpression)";
    return {
      CatchClause: enter,
      'CatchClause:exit': leave,
      [handler]: enter,
      [`${handler}:exit`]: leave,
      ThrowStatement() {
        if (throws.length > 0) throws[throws.length - 1] = true;
      },
    };
  },
};

function usesError(variables: Scope.Variable[]): boolean {
  return variables.some(({ references }) => references.some((reference) => reference.isRead()));
}
