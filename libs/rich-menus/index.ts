export { RichMenusHttpModule, RichMenusJobsModule, RichMenusModule } from './rich-menus.module.js';
