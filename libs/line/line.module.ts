import { Module } from '@nestjs/common';
import { LineClients } from './line-clients.js';
import { LineLoginClients } from './login/line-login-clients.js';

@Module({ providers: [LineClients, LineLoginClients], exports: [LineClients, LineLoginClients] })
export class LineModule {}
