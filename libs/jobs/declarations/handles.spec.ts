import { describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { IsId } from '#kernel';
import { FactFanOut } from '../running/fact-fan-out.js';
import { HandlerBook } from '../running/handler-book.js';
import { defineFact, defineJob, defineSchedule, type PayloadOf } from './definitions.js';
import { HandlesFact, HandlesJob, HandlesSchedule } from './handles.js';

class Letter {
  @IsId()
  letterId: string;
}

const send = defineJob({ name: 'post.send', lane: 'delivery', payload: Letter, attempts: 4, runs: 'outside' });
const sent = defineFact({ name: 'post.sent', payload: Letter });
const open = defineSchedule({ name: 'post.open', lane: 'bulk', every: 60_000 });

class Office {
  @HandlesJob(send)
  send(letter: PayloadOf<typeof send>): string {
    return letter.letterId;
  }

  @HandlesFact(sent, { name: 'record', lane: 'journeys' })
  record(letter: { letterId: string }): string {
    return letter.letterId;
  }

  @HandlesSchedule(open)
  open(): void {
    // Nothing to do.
  }
}

class Rival {
  @HandlesJob(send)
  send(): void {
    // Does not need to know what.
  }
}

class Misfit {
  // @ts-expect-error a letter has no number
  @HandlesJob(send)
  send(letter: { letterId: string; number: number }): number {
    return letter.number;
  }

  // @ts-expect-error a letter's id is text
  @HandlesFact(sent, { name: 'misread', lane: 'journeys' })
  record(letter: { letterId: number }): number {
    return letter.letterId;
  }

  // @ts-expect-error a schedule hands nothing over
  @HandlesSchedule(open)
  open(letter: Letter): string {
    return letter.letterId;
  }
}

async function bookOf(...providers: (new () => object)[]): Promise<HandlerBook> {
  @Module({ imports: [DiscoveryModule], providers: [HandlerBook, { provide: FactFanOut, useValue: {} }, ...providers] })
  class Post {}
  const app = await Test.createTestingModule({ imports: [Post] }).compile();
  return app.get(HandlerBook, { strict: false });
}

describe('Handlers', () => {
  it('are found on providers, by the names of the rows they run for', async () => {
    const book = await bookOf(Office);
    expect(book.faults()).toEqual([]);
    expect(book.find('post.send')).toMatchObject({ lane: 'delivery', runs: 'outside', attempts: 4 });
    expect(book.find('post.sent:record')).toMatchObject({ lane: 'journeys', runs: 'in-transaction', attempts: 10 });
    expect(book.find('post.sent')).toMatchObject({ lane: 'webhooks' });
    expect(book.find('post.open')).toMatchObject({ lane: 'bulk', runs: 'outside' });
    expect(book.find('post.burn')).toBeUndefined();
  });

  it('are asked for when a declared job or schedule has none; a fact needs none', async () => {
    const book = await bookOf();
    expect(book.faults()).toEqual(['post.send has no handler.', 'post.open has no handler.']);
  });

  it('are refused when a job has two', async () => {
    const book = await bookOf(Office, Rival);
    expect(book.faults()).toEqual(['post.send has two handlers: Office.send, Rival.send.']);
  });

  it('do not compile when their parameter does not fit what was declared', () => {
    expect(new Misfit()).toBeDefined();
  });

  it('cannot be declared under a name that is taken', () => {
    expect(() => defineFact({ name: 'post.send', payload: Letter })).toThrow('post.send is declared twice.');
  });
});
