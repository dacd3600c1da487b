import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp, type TestWorkspace } from '#testing';
import { ApiClient } from '../api-client.js';
import { openOperator } from './operator.js';
import type { DemoOperator } from './seed.js';

describe("the demo workspace's operator", () => {
  let app: TestApp;
  let at: { apiUrl: string; adminKey: string };

  beforeAll(async () => {
    app = await createTestApp();
    await app.nest.listen(0, '127.0.0.1');
    const { port } = app.nest.getHttpServer().address() as AddressInfo;
    at = { apiUrl: `http://127.0.0.1:${port}`, adminKey: '' };
  });

  afterAll(() => app.close());

  /** One start with what the notes say; answers what they say afterwards. */
  async function start({ scope, key }: TestWorkspace, operator?: DemoOperator): Promise<DemoOperator | undefined> {
    let noted = operator;
    const demo = { workspaceId: scope.workspaceId, apiKey: key, operator };
    const opened = await openOperator(at, demo, (given) => (noted = given));
    expect(noted).toEqual(opened);
    return noted;
  }

  async function workspaceOf(operator: DemoOperator): Promise<string> {
    const { token } = await new ApiClient(at.apiUrl).post<{ token: string }>('/v1/sessions', operator);
    return (await new ApiClient(at.apiUrl, token).get<{ id: string }>('/v1/workspace')).id;
  }

  it('is made once, for notes old and new, and signs in', async () => {
    const first = (await start(app))!;
    expect(first.email).toBe('owner@tsunagi.example');
    expect(first.password.length).toBeGreaterThanOrEqual(24);
    expect(await workspaceOf(first)).toBe(app.scope.workspaceId);
    expect(await start(app, first)).toEqual(first);
    expect(await workspaceOf(first)).toBe(app.scope.workspaceId);
  });

  it('is made with the noted password where a crash came between the note and the deed', async () => {
    const workspace = await app.workspace();
    const noted = { email: 'owner-noted@tsunagi.example', password: 'noted before the crash' };
    expect(await start(workspace, noted)).toEqual(noted);
    expect(await workspaceOf(noted)).toBe(workspace.scope.workspaceId);
  });

  it('gets another address where an earlier demo workspace has the usual one', async () => {
    const workspace = await app.workspace();
    const other = (await start(workspace))!;
    expect(other.email).toBe(`owner-${workspace.scope.workspaceId}@tsunagi.example`);
    expect(await workspaceOf(other)).toBe(workspace.scope.workspaceId);
  });

  it('does not keep a start from going on where the noted key is gone', async () => {
    const workspace = await app.workspace();
    expect(await start({ ...workspace, key: 'tsu_revoked' })).toBeUndefined();
  });
});
