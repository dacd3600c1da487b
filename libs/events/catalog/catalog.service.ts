import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { WorkspaceRef } from '#kernel';
import { CatalogRepository, type NumberedTerm, type Term, type TermKind } from './catalog.repository.js';

/** Numbers kept in memory over all workspaces; about 100 bytes each. */
const MOST_KEPT = 200_000;

/** The numbers of terms of one workspace. */
export class TermNumbers {
  private readonly byKind = {
    category: new Map<string, number>(),
    product: new Map<string, number>(),
    store: new Map<string, number>(),
  };

  /** @param others asked for what is not here */
  constructor(private readonly others?: TermNumbers) {}

  has(kind: TermKind, term: string): boolean {
    return this.byKind[kind].has(term);
  }

  add({ kind, term, id }: NumberedTerm): void {
    this.byKind[kind].set(term, id);
  }

  /** @throws Error for a term that was not asked for */
  of(kind: TermKind, term: string): number {
    const id = this.byKind[kind].get(term) ?? this.others?.of(kind, term);
    if (id === undefined) throw new Error('A term has no number.');
    return id;
  }
}

/** Turns categories, products and stores into small numbers. A number once given stays, so it can be kept in memory. */
@Injectable()
export class Catalog {
  private kept = new Map<string, TermNumbers>();
  private size = 0;

  constructor(
    private readonly db: Database,
    private readonly catalog: CatalogRepository,
  ) {}

  /** The numbers of these terms; new terms get one. */
  async numbersOf(scope: WorkspaceRef, terms: Iterable<Term>): Promise<TermNumbers> {
    const kept = this.keptOf(scope);
    const unknown = new Map<string, Term>();
    for (const term of terms) {
      if (!kept.has(term.kind, term.term)) unknown.set(`${term.kind} ${term.term}`, term);
    }
    if (unknown.size === 0) return kept;
    const numbers = new TermNumbers(kept);
    for (const numbered of await this.ask(scope, [...unknown.values()])) numbers.add(numbered);
    return numbers;
  }

  private async ask(scope: WorkspaceRef, terms: Term[]): Promise<NumberedTerm[]> {
    return this.db.transaction(scope, async () => {
      let found = await this.catalog.find(scope, terms);
      if (found.length < terms.length) {
        const known = new Set(found.map(({ kind, term }) => `${kind} ${term}`));
        await this.catalog.make(
          scope,
          terms.filter(({ kind, term }) => !known.has(`${kind} ${term}`)),
        );
        found = await this.catalog.find(scope, terms);
      }
      // A number that may yet be rolled back must not be remembered.
      this.db.afterCommit(async () => this.keep(scope, found));
      return found;
    });
  }

  private keptOf({ workspaceId }: WorkspaceRef): TermNumbers {
    const kept = this.kept.get(workspaceId) ?? new TermNumbers();
    this.kept.set(workspaceId, kept);
    return kept;
  }

  private keep(scope: WorkspaceRef, terms: NumberedTerm[]): void {
    this.size += terms.length;
    if (this.size > MOST_KEPT) {
      // Batches under way go on with the maps they have.
      this.kept = new Map();
      this.size = terms.length;
    }
    const kept = this.keptOf(scope);
    for (const term of terms) kept.add(term);
  }
}
