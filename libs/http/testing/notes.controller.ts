import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsOptional, ValidateNested } from 'class-validator';
import { AppError, IsAmount, IsId, IsText, type Scope } from '#kernel';
import { AdminOnly, Permit, Public } from '../access.js';
import { CurrentScope } from '../current-scope.js';
import { Idempotent } from '../idempotent.js';
import { PageQuery } from '../page.js';
import { ExternalId, uuidOf } from '../path-ids.js';
import { NotesRepository } from './notes.repository.js';

class Line {
  @IsText(10) text: string;
}

class NoteDto {
  @IsId() id: string;
  @IsOptional() @IsAmount() amount?: number;
  @IsOptional() @ArrayMaxSize(30_000) @ValidateNested({ each: true }) @Type(() => Line) lines?: Line[];
}

/** Routes that do nothing but what the specs of http ask about; an audit entry is the effect that can be counted. */
@Controller('v1/notes')
export class NotesController {
  /** Runs inside the next effect; lets a spec hold or fail a request. */
  static meanwhile: () => Promise<void> = async () => undefined;

  constructor(private readonly notes: NotesRepository) {}

  @Get()
  @Permit('notes.read')
  list(@Query() query: PageQuery): PageQuery {
    return query;
  }

  @Post()
  @Permit('notes.write')
  @Idempotent()
  async create(@CurrentScope() scope: Scope, @Body() body: NoteDto): Promise<{ id: string; secret: string }> {
    await this.notes.add(scope, body.id);
    await NotesController.meanwhile();
    return { id: body.id, secret: `shown once ${Math.random()}` };
  }

  @Get('broken')
  @Public()
  broken(): never {
    throw Object.assign(new Error('it broke'), { parameters: ['Hanako'] });
  }

  @Get('refused')
  @Public()
  refused(): never {
    throw new AppError('notes.refused', 409, 'No.', { details: { by: ['x'] } });
  }

  @Get('away')
  @Public()
  away(): never {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  }

  @Post('admin')
  @AdminOnly()
  admin(@CurrentScope() scope: Scope): string[] {
    return [scope.actor.id];
  }

  @Get('of/:externalId')
  @Permit('notes.read')
  of(@Param('externalId', ExternalId) externalId: string): string[] {
    return [externalId];
  }

  @Get(':id')
  @Permit('notes.read')
  get(@Param('id', uuidOf('note')) id: string): string[] {
    return [id];
  }
}

@Module({ controllers: [NotesController], providers: [NotesRepository] })
export class NotesModule {}
