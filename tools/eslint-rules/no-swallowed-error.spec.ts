import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { noSwallowedError } from './no-swallowed-error.js';

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run('no-swallowed-error', noSwallowedError, {
  valid: [
    'try { a() } catch (error) { throw new AppError({ cause: error }) }',
    'try { a() } catch { throw new AppError() }',
    'try { a() } catch (error) { logger.error(error) }',
    'try { a() } catch (error) { if (isConflict(error)) return; throw error }',
    'try { a() } catch (error) { report(() => error) }',
    'try { a() } finally { close() }',
    'a().catch((error) => logger.error(error))',
    'a().catch(() => { throw new AppError() })',
    'a().catch(report)',
    'a().then(() => undefined)',
  ],
  invalid: [
    'try { a() } catch {}',
    'try { a() } catch (error) {}',
    'function f() { try { a() } catch { return undefined } }',
    "try { a() } catch (error) { logger.warn('failed') }",
    'try { a() } catch (error) { error = undefined }',
    'try { a() } catch { try { b() } catch (error) { throw error } }',
    'a().catch(() => {})',
    'a().catch(() => undefined)',
    'a().catch((error) => null)',
    'a().catch(function () { return false })',
  ].map((code) => ({ code, errors: [{ messageId: 'swallowed' }] })),
});
