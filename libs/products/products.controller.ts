import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { Answers, CurrentScope, decodeCursor, pageQuery, Permit, toPage, type Page } from '#http';
import { fromMinor, type Scope } from '#kernel';
import { ProductBatchAnswer, ProductBatchDto, ProductDto } from './products.dto.js';
import type { StoredProduct } from './products.repository.js';
import { Products } from './products.service.js';
import { ProductId } from './product-id.js';
import { isInStock } from './stock.js';

class ProductsQuery extends pageQuery({ max: 1_000, usual: 100 }) {}

@Controller('v1/products')
export class ProductsController {
  constructor(private readonly products: Products) {}

  @Put('batch')
  @Permit('products.write')
  @Answers(200, ProductBatchAnswer)
  putBatch(@CurrentScope() scope: Scope, @Body() { products }: ProductBatchDto): Promise<ProductBatchAnswer> {
    return this.products.putBatch(scope, products);
  }

  @Get()
  @Permit('products.read')
  @Answers(200, ProductDto, { page: true })
  async list(@CurrentScope() scope: Scope, @Query() query: ProductsQuery): Promise<Page<ProductDto>> {
    const [after] = query.cursor === undefined ? [] : decodeCursor(query.cursor, 'text');
    const rows = await this.products.list(scope, query.limit + 1, after);
    return toPage(rows, query.limit, shownIn(scope), ({ productId }) => [productId]);
  }

  @Get(':productId')
  @Permit('products.read')
  @Answers(200, ProductDto)
  async get(@CurrentScope() scope: Scope, @Param('productId', ProductId) productId: string): Promise<ProductDto> {
    return shownIn(scope)(await this.products.get(scope, productId));
  }
}

function shownIn({ currency }: Scope): (product: StoredProduct) => ProductDto {
  return (product) => {
    const { productId, name, category, price, salePrice, imageUrl, url, stock, availability, updatedAt } = product;
    return {
      ...{ productId, name, category },
      price: fromMinor(price, currency),
      salePrice: salePrice === null ? null : fromMinor(salePrice, currency),
      ...{ imageUrl, url, stock, availability, inStock: isInStock(product), updatedAt },
    };
  };
}
