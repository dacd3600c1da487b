import type { Rule } from 'eslint';

const timers = /^(setTimeout|setInterval|sleep|delay)$/;

/** Specs drain jobs and turn a virtual clock; waiting for real time makes them slow and flaky. */
export const noSleepInSpecs: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { sleep: 'Specs do not sleep: drain the jobs, turn the clock, or wait for the thing itself.' },
  },
  create: (context) => ({
    CallExpression(node) {
      const { callee } = node;
      const name = callee.type === 'MemberExpression' ? callee.property : callee;
      if (name.type === 'Identifier' && timers.test(name.name)) context.report({ node, messageId: 'sleep' });
    },
    "ImportDeclaration[source.value='node:timers/promises']": (node: Rule.Node) =>
      context.report({ node, messageId: 'sleep' }),
  }),
};
