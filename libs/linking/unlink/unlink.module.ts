import { Module } from '@nestjs/common';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { LinksModule } from '../links.module.js';
import { PagesModule } from '../pages/pages.module.js';
import { UnlinkPages } from './unlink.pages.js';
import { Unlinking } from './unlinking.service.js';

@Module({
  imports: [AttemptsModule, LinksModule, PagesModule],
  providers: [Unlinking],
  controllers: [UnlinkPages],
})
export class UnlinkHttpModule {}
