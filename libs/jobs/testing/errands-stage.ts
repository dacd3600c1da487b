import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Redis } from 'ioredis';
import pg from 'pg';
import { environment } from '#config';
import { newId, type WorkspaceRef } from '#kernel';
import { JobFigures } from '../job-figures.js';
import { Jobs } from '../jobs.js';
import { QUEUE_SCHEMA } from '../queue/connection.js';
import { Errands } from './errands.js';
import { ErrandsApp } from './errands-app.js';
import { eventually } from '#testing';
import { NotesRepository } from './notes.repository.js';

/** One process of the stage, inside this one. */
export interface Player {
  jobs: Jobs;
  errands: Errands;
  notes: NotesRepository;
  figures: JobFigures;
  close(): Promise<void>;
}

/** A worker in a process of its own. */
export interface WorkerProcess {
  /** What it has printed so far. */
  output(): string;
  kill(signal: NodeJS.Signals): Promise<void>;
}

/** Processes that share a database and a queue of their own: api, workers, and what can happen to them. */
export class ErrandsStage {
  readonly scope: WorkspaceRef = { workspaceId: newId() };
  readonly prefix = `{spec-${newId()}}`;
  private readonly players: Player[] = [];
  private readonly processes: ChildProcess[] = [];

  /** @param queueUrl a Redis; without it the queue lives in the database */
  constructor(
    private readonly database: { url: string; ownerUrl: string },
    private readonly queueUrl?: string,
  ) {}

  async play(work: boolean): Promise<Player> {
    const { database, queueUrl, prefix } = this;
    const options = { databaseUrl: database.url, queueUrl, prefix, work };
    const app: INestApplicationContext = await NestFactory.createApplicationContext(ErrandsApp.forRoot(options), {
      logger: false,
      abortOnError: false,
    });
    const player = {
      jobs: app.get(Jobs, { strict: false }),
      errands: app.get(Errands),
      notes: app.get(NotesRepository, { strict: false }),
      figures: app.get(JobFigures, { strict: false }),
      close: async () => {
        this.players.splice(this.players.indexOf(player), 1);
        await app.close();
      },
    };
    this.players.push(player);
    return player;
  }

  /** Runs the built worker, and waits until it works. */
  async spawn(): Promise<WorkerProcess> {
    const child = spawn(process.execPath, [join(process.cwd(), 'dist/libs/jobs/testing/worker-process.js')], {
      env: {
        ...environment(),
        DATABASE_URL: this.database.url,
        QUEUE_URL: this.queueUrl ?? '',
        QUEUE_PREFIX: this.prefix,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.processes.push(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await eventually('the worker process works', () => output.includes('working\n'));
    return {
      output: () => output,
      kill: async (signal) => {
        child.kill(signal);
        await eventually('the worker process has ended', () => child.exitCode !== null || child.signalCode !== null);
      },
    };
  }

  /** Everything that the queue knows is gone, as after FLUSHALL. */
  async flushQueue(): Promise<void> {
    if (this.queueUrl === undefined) return this.truncateQueue();
    const redis = new Redis(this.queueUrl);
    // KEYS takes a pattern, in which braces mean themselves.
    const keys = await redis.keys(`${this.prefix}:*`);
    if (keys.length > 0) await redis.unlink(...keys);
    await redis.quit();
  }

  async close(): Promise<void> {
    for (const child of this.processes) child.kill('SIGKILL');
    await Promise.all([...this.players].map((player) => player.close()));
  }

  private async truncateQueue(): Promise<void> {
    const owner = new pg.Client(this.database.ownerUrl);
    await owner.connect();
    await owner.query(`DELETE FROM ${QUEUE_SCHEMA}.job`);
    await owner.end();
  }
}
