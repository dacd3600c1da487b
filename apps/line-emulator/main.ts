import { parseArgs } from 'node:util';
import { startEmulator } from './emulator.js';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '3002' },
    host: { type: 'string', default: '127.0.0.1' },
    data: { type: 'string' },
  },
});

try {
  const emulator = await startEmulator({ port: Number(values.port), host: values.host, dataFile: values.data });
  console.log(`The stand-in LINE platform listens at ${emulator.url}; open it in a browser to see the phones.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close());
} catch (error) {
  console.error(`The stand-in LINE platform cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
