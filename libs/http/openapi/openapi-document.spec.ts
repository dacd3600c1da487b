import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { IsInt, IsOptional, Min } from 'class-validator';
import { CheckedLater, Discriminated, IsId, IsText, Nullable, oneOf } from '#kernel';
import { AdminOnly, Permit, Public } from '../access.js';
import { Answers } from '../answers.js';
import { Idempotent } from '../idempotent.js';
import { PageQuery } from '../page.js';
import { openApiDocument } from './openapi-document.js';

class CatDto {
  @IsId() id: string;
  @IsOptional() @Nullable() @IsText(20) name?: string | null;
  @IsOptional() @IsInt() @Min(0) lives: number = 9;
}

class Not {
  @Discriminated('kind', () => ({ not: Not, lives: Lives })) rule: object;
}

class Lives {
  @IsInt() gte: number;
}

class CatsDto {
  @CheckedLater(() => CatDto) cats: unknown[];
  @Discriminated('kind', () => ({ not: Not, lives: Lives })) rule: object;
}

@Controller('v1/cats')
class CatsController {
  @Get()
  @Permit('cats.read')
  @Answers(200, CatDto, { page: true })
  list(@Query() _query: PageQuery): void {}

  @Post()
  @Permit('cats.write')
  @Idempotent()
  create(@Body() _body: CatsDto): void {}

  @Get(':id/kittens')
  @Public()
  kittens(@Param('id') _id: string): void {}

  @Post('all')
  @AdminOnly()
  all(): void {}
}

@Module({ controllers: [CatsController] })
class CatsModule {}

describe('openApiDocument', () => {
  const document = JSON.parse(JSON.stringify(openApiDocument(CatsModule)));
  const { paths } = document;
  const { schemas } = document.components;

  it('describes who may call', () => {
    expect(paths['/v1/cats'].get).toMatchObject({ 'x-permit': 'cats.read', security: [{ apiKey: [] }] });
    expect(paths['/v1/cats/{id}/kittens'].get).toMatchObject({ security: [] });
    expect(paths['/v1/cats/all'].post).toMatchObject({ security: [{ adminKey: [] }], responses: { 201: {} } });
  });

  it('describes parameters', () => {
    expect(paths['/v1/cats'].get.parameters).toEqual([
      {
        name: 'limit',
        in: 'query',
        required: false,
        schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
      },
      { name: 'cursor', in: 'query', required: false, schema: { type: 'string', minLength: 1, maxLength: 2000 } },
    ]);
    expect(paths['/v1/cats/{id}/kittens'].get.parameters).toMatchObject([{ name: 'id', in: 'path', required: true }]);
    expect(paths['/v1/cats'].post.parameters).toMatchObject([{ name: 'Idempotency-Key', in: 'header' }]);
  });

  it('describes fields as their decorators do', () => {
    expect(schemas.Cat).toEqual({
      type: 'object',
      properties: {
        id: { type: 'string', minLength: 1, maxLength: 128 },
        name: { anyOf: [{ type: 'string', maxLength: 20 }, { type: 'null' }] },
        lives: { type: 'integer', minimum: 0, default: 9 },
      },
      required: ['id'],
    });
    expect(schemas.Cats.properties.cats).toEqual({ type: 'array', items: { $ref: '#/components/schemas/Cat' } });
  });

  it('describes unions that contain themselves', () => {
    expect(schemas.Cats.properties.rule.oneOf).toHaveLength(2);
    expect(schemas.Not).toEqual({
      type: 'object',
      properties: { kind: { const: 'not' }, rule: schemas.Cats.properties.rule },
      required: ['kind', 'rule'],
    });
    expect(oneOf('kind', () => ({ Not })).members().size).toBe(1);
  });

  it('describes answers, and problems everywhere', () => {
    const { responses } = paths['/v1/cats'].get;
    expect(responses['200'].content['application/json'].schema.properties.items.items).toEqual({
      $ref: '#/components/schemas/Cat',
    });
    expect(responses.default.content['application/problem+json'].schema).toEqual({
      $ref: '#/components/schemas/Problem',
    });
    expect(schemas.Problem.required).toContain('requestId');
  });
});
