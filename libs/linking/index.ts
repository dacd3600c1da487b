export { LINK_ROLES, type LinkRole } from './link.entity.js';
export { LinkBatchAnswer, LinkBatchDto, LinkDto } from './linking.dto.js';
export { LinkingHttpModule, LinkingJobsModule, LinkingModule } from './linking.module.js';
export { Links } from './links.service.js';
export { LinkTakeover } from './takeover.service.js';
