import type { Rule } from 'eslint';

/** Product code asks its Clock, so that tests and the emulator can turn the time. */
export const noSystemClock: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { clock: 'Ask scope.clock or an injected Clock for the time.' },
  },
  create(context) {
    const report = (node: Rule.Node) => context.report({ node, messageId: 'clock' });
    return {
      "NewExpression[callee.name='Date'][arguments.length=0]": report,
      "CallExpression[callee.name='Date']": report,
      "MemberExpression[object.name='Date'][property.name='now']": report,
      "MemberExpression[object.name='Temporal'][property.name='Now']": report,
    };
  },
};
