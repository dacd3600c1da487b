import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database } from '#database';
import { Jobs } from '#jobs';
import { check, fromMinor, notFound, type FieldError, type Scope } from '#kernel';
import { Workspaces } from '#workspaces';
import { cameBack, isSame, stated, statementOf, type Product, type ProductStatement } from './product.js';
import { ProductWriteDto, type ProductBatchAnswer } from './products.dto.js';
import type { Refusal } from './products.errors.js';
import { restocked } from './products.jobs.js';
import { ProductsRepository, type StoredProduct } from './products.repository.js';
import { RestockRequestsRepository } from './restock/restock-requests.repository.js';
import { isInStock } from './stock.js';

/** What became of a product that somebody stated. */
export type ProductOutcome = 'created' | 'updated' | 'unchanged' | Refusal;

/** What a card in a message shows of a product. */
export interface ProductCard {
  name: string;
  /** What it costs now, in the workspace's currency. */
  price: number;
  /** What it costs without the sale; equal to `price` where there is none. */
  listPrice: number;
  imageUrl: string | null;
  url: string | null;
  category: string | null;
  /** Units; null: not counted. */
  stock: number | null;
  inStock: boolean;
}

@Injectable()
export class Products implements OnModuleInit {
  constructor(
    private readonly db: Database,
    private readonly repository: ProductsRepository,
    private readonly requests: RestockRequestsRepository,
    private readonly workspaces: Workspaces,
    private readonly jobs: Jobs,
  ) {}

  onModuleInit(): void {
    this.workspaces.registerAmounts((scope) => this.repository.hasAmounts(scope));
  }

  /** Stores what is right of posted products. */
  async putBatch(scope: Scope, items: unknown[]): Promise<ProductBatchAnswer> {
    const checked = items.map((item) => check(ProductWriteDto, item));
    const right = checked.flatMap(({ value }) => (value ? [value] : []));
    const outcomes = (await this.put(scope, right))[Symbol.iterator]();
    const answer: ProductBatchAnswer = { created: 0, updated: 0, unchanged: 0, rejected: [] };
    checked.forEach(({ errors }, index) => {
      const outcome = errors ? malformed(errors) : outcomes.next().value!;
      if (typeof outcome === 'string') answer[outcome] += 1;
      else answer.rejected.push({ index, ...outcome });
    });
    return answer;
  }

  /**
   * Stores products one after the other, so that of two statements about one product the later one holds, and announces
   * those that came back.
   * @returns what became of each
   */
  put(scope: Scope, products: readonly ProductWriteDto[]): Promise<ProductOutcome[]> {
    return this.db.transaction(scope, async () => {
      const currency = await this.workspaces.holdCurrency(scope);
      await this.repository.claim(scope);
      const read = products.map((product) => statementOf(product, currency));
      const statements = read.filter((one): one is ProductStatement => !('detail' in one));
      const outcomes = (await this.state(scope, statements))[Symbol.iterator]();
      return read.map((one): ProductOutcome => ('detail' in one ? one : outcomes.next().value!));
    });
  }

  async get(scope: Scope, productId: string): Promise<StoredProduct> {
    const [product] = await this.repository.find(scope, [productId]);
    if (!product) throw notFound('product');
    return product;
  }

  /** In the order of their ids. @param after the company's id of the last one seen */
  list(scope: Scope, limit: number, after?: string): Promise<StoredProduct[]> {
    return this.repository.list(scope, limit, after);
  }

  /** What cards show, by the company's ids; products that are not known are missing. */
  async cards(scope: Scope, productIds: readonly string[]): Promise<Map<string, ProductCard>> {
    const products = productIds.length === 0 ? [] : await this.repository.find(scope, [...new Set(productIds)]);
    return new Map(products.map((product) => [product.productId, cardOf(product, scope.currency)]));
  }

  /** The company's ids by products.id, for whoever hears of a product by a fact; those that are gone are missing. */
  async named(scope: Scope, ids: readonly string[]): Promise<Map<string, string>> {
    return ids.length === 0 ? new Map() : this.repository.named(scope, ids);
  }

  private async state(scope: Scope, statements: readonly ProductStatement[]): Promise<ProductOutcome[]> {
    if (statements.length === 0) return [];
    const names = [...new Set(statements.map(({ productId }) => productId))];
    const before = new Map((await this.repository.find(scope, names)).map((product) => [product.productId, product]));
    const after = new Map<string, Product>();
    const outcomes = statements.map((statement): ProductOutcome => {
      const known = after.get(statement.productId) ?? before.get(statement.productId);
      const product = stated(known, statement);
      after.set(statement.productId, product);
      if (!known) return 'created';
      return isSame(known, product) ? 'unchanged' : 'updated';
    });
    await this.write(scope, before, [...after.values()]);
    return outcomes;
  }

  private async write(scope: Scope, before: Map<string, StoredProduct>, after: Product[]): Promise<void> {
    const added = after.filter(({ productId }) => !before.has(productId));
    const changed = after.filter((product) => {
      const known = before.get(product.productId);
      return known && !isSame(known, product);
    });
    if (changed.length > 0) await this.repository.update(scope, changed);
    const back = changed.flatMap((product) => {
      const known = before.get(product.productId)!;
      return cameBack(known, product) ? [known.id] : [];
    });
    if (added.length > 0) back.push(...(await this.add(scope, added)));
    if (back.length === 0) return;
    await this.requests.keepRestocks(scope, back);
    for (const productId of back) {
      await this.jobs.announce(scope, restocked, { workspaceId: scope.workspaceId, productId });
    }
  }

  /** @returns those that somebody has been waiting for; what is new to a whole catalogue is news to nobody */
  private async add(scope: Scope, products: Product[]): Promise<string[]> {
    const ids = await this.repository.add(scope, products);
    const inStock = products.filter(isInStock).map(({ productId }) => productId);
    const wanted = await this.requests.wanted(scope, inStock);
    return wanted.map((productId) => ids.get(productId)!);
  }
}

function cardOf(product: StoredProduct, currency: string): ProductCard {
  const { name, price, salePrice, imageUrl, url, category, stock } = product;
  return {
    ...{ name, imageUrl, url, category, stock },
    price: fromMinor(salePrice ?? price, currency),
    listPrice: fromMinor(price, currency),
    inStock: isInStock(product),
  };
}

function malformed(errors: FieldError[]): Refusal {
  const detail = errors.map(({ path, detail: why }) => `${path} ${why}`.trim()).join('; ');
  return { code: 'request.invalid', detail };
}
