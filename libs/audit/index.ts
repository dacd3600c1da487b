export { AuditModule } from './audit.module.js';
export { Audit } from './audit.js';
