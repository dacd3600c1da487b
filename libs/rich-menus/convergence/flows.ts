/** Runs the same work several times at once and waits for all of them, also where one fails. @throws what the first threw */
export async function inFlows(count: number, flow: () => Promise<void>): Promise<void> {
  const ended = await Promise.allSettled(Array.from({ length: count }, flow));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
