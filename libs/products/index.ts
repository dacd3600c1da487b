export { ProductRef, restocked } from './products.jobs.js';
export { ProductsHttpModule, ProductsJobsModule, ProductsModule } from './products.module.js';
export { Products, type ProductCard } from './products.service.js';
export { RestockRequests } from './restock/restock-requests.service.js';
export type { Waiting } from './restock/restock-requests.repository.js';
