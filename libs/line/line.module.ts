import { Module } from '@nestjs/common';
import { LineClients } from './line-clients.js';

@Module({ providers: [LineClients], exports: [LineClients] })
export class LineModule {}
