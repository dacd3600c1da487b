import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsString } from 'class-validator';
import { IsInstant, IsText } from '#kernel';

export class CreateApiKeyDto {
  @IsText(200, { min: 1 }) name: string;
  @ArrayNotEmpty() @ArrayMaxSize(100) @ArrayUnique() @IsText(100, { each: true }) permits: string[];
}

export class ApiKeyDto {
  @IsText(36) id: string;
  @IsText(200) name: string;
  /** `*` is every permit there is and will be. */
  @IsString({ each: true }) permits: string[];
  @IsInstant() createdAt: string;
}

export class CreatedApiKeyDto extends ApiKeyDto {
  /** Shown this once. */
  @IsText(100) key: string;
}
