import { Controller, Get } from '@nestjs/common';
import { Public } from './access.js';
import { HealthRepository } from './health.repository.js';

@Controller()
export class HealthController {
  constructor(private readonly repository: HealthRepository) {}

  /** The process answers. */
  @Get('healthz')
  @Public()
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** The process can work: its database answers, else 503. */
  @Get('readyz')
  @Public()
  async ready(): Promise<{ status: 'ok' }> {
    await this.repository.ping(null);
    return { status: 'ok' };
  }
}
