import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { scopeFirst } from './scope-first.js';

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run('scope-first', scopeFirst, {
  valid: [
    'class MembersRepository { find(scope: Scope, id: bigint) {} }',
    'class MembersRepository { constructor(private readonly database: Database) {} }',
    'class MembersRepository { private toRow(member: Member) {} protected columns() {} #hidden(id: bigint) {} }',
    'class MembersRepository { get size() { return 1 } }',
    'class MembersService { find(id: bigint) {} }',
    'const members = class { find(id: bigint) {} }',
  ],
  invalid: [
    'class MembersRepository { find(id: bigint, scope: Scope) {} }',
    'class MembersRepository { findAll() {} }',
    'class MembersRepository { public async find(id: bigint) {} }',
    'class MembersRepository { static of(database: Database) {} }',
    'class MembersRepository { find({ scope }: Question) {} }',
  ].map((code) => ({ code, errors: [{ messageId: 'scope' }] })),
});
