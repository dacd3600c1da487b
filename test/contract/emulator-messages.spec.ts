import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';
import { messageSamples } from '../../apps/line-emulator/testing/message-samples.js';
import { describeContract, validateRequest } from './openapi.js';

const path = '/v2/bot/message/validate/push';

/** Copies of a value with one property left out, at any depth. */
function* withoutOne(value: unknown): Generator {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (!Array.isArray(value)) {
      const { [key]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
    }
    for (const smaller of withoutOne(child)) {
      yield Array.isArray(value) ? value.with(Number(key), smaller) : { ...value, [key]: smaller };
    }
  }
}

describeContract('What the emulator takes as a message', () => {
  let line: EmulatorUnderTest;

  beforeAll(async () => {
    line = await EmulatorUnderTest.start();
  });
  afterAll(() => line.close());

  it.each(Object.entries(messageSamples))('is what LINE describes: %s', async (_name, message) => {
    const body = { messages: [message] };
    expect(validateRequest('POST', path, body)).toEqual([]);
    expect(await line.api(`POST ${path}`, body)).toMatchObject({ status: 200, body: {} });
  });

  it.each(Object.entries(messageSamples))('is never less than LINE requires: %s', async (_name, message) => {
    const wrong = [...withoutOne(message)]
      .map((smaller) => ({ messages: [smaller] }))
      .filter((body) => validateRequest('POST', path, body).length > 0);
    expect(wrong.length).toBeGreaterThan(0);
    for (const body of wrong) {
      const { status } = await line.api(`POST ${path}`, body);
      expect({ status, body }).toEqual({ status: 400, body });
    }
  });
});
