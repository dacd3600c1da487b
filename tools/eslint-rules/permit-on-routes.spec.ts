import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { permitOnRoutes } from './permit-on-routes.js';

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run('permit-on-routes', permitOnRoutes, {
  valid: [
    "class A { @Get() @Permit('segments.read') list() {} }",
    "class A { @Post('x') @Public() create() {} }",
    "class A { @Post('x') @AdminOnly() create() {} }",
    "@Public() @Controller('health') class A { @Get() health() {} }",
    'class A { @OnEvent() react() {} }',
    'class A { help() {} }',
  ],
  invalid: [
    'class A { @Get() list() {} }',
    "@Controller('segments') class A { @Post('preview') @HttpCode(200) preview() {} }",
    "class A { @Delete(':id') remove(@Param('id') @Permit('x') id: string) {} }",
    'class A { @Get list() {} }',
  ].map((code) => ({ code, errors: [{ messageId: 'permit' }] })),
});
