/**
 * Ends a run with the plain line `N passed, N failed, N skipped`, after everything else that jest prints.
 * A suite that could not run counts as one failed test, a todo as skipped.
 */
export default class PlainTotals {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    // Jest's own summary comes after custom reporters; the end of the process comes after both.
    process.once('exit', () => {
      process.stdout.write(`\n${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped\n`);
    });
  }
}
