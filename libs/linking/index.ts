export { LinkImport } from './import/link-import.service.js';
export { LINK_ROLES, LINK_ROUTES, type EndReason, type LinkRole, type LinkRoute } from './link.entity.js';
export { LinkBatchAnswer, LinkBatchDto, LinkDto } from './linking.dto.js';
export { LinkingHttpModule, LinkingJobsModule, LinkingModule } from './linking.module.js';
export {
  linked,
  LinkRef,
  LinkRefs,
  takenOver,
  TakeoverRef,
  takeoverUndone,
  unlinked,
  UnlinkedRefs,
  VISITOR_ID,
  visitorRecognised,
} from './linking.jobs.js';
export type { LiveLink } from './links.repository.js';
export { LinkPages } from './pages/link-pages.service.js';
export { PagesModule } from './pages/pages.module.js';
export { Links } from './links.service.js';
