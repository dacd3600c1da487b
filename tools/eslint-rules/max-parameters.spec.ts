import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { maxParameters } from './max-parameters.js';

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run('max-parameters', maxParameters, {
  valid: [
    'function f(a, b, c, d) {}',
    'const f = (a, b, c, d) => 1',
    'class A { constructor(a, b, c, d, e, f) {} }',
    'class A { f(a, b, c, d) {} }',
  ],
  invalid: [
    { code: 'function f(a, b, c, d, e) {}', errors: [{ messageId: 'function', data: { count: '5' } }] },
    { code: 'const f = (a, b, c, d, e) => 1', errors: [{ messageId: 'function' }] },
    { code: 'class A { f(a, b, c, d, e) {} }', errors: [{ messageId: 'function' }] },
    { code: 'class A { constructor(a, b, c, d, e, f, g) {} }', errors: [{ messageId: 'constructor' }] },
    {
      code: 'class A { constructor(private a: A, private b: B, private c: C, d: D, e: E, f: F, g: G) {} }',
      errors: [{ messageId: 'constructor', data: { count: '7' } }],
    },
  ],
});
