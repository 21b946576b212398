import 'vuetify/styles';
import './design/base.css';
import { createApp } from 'vue';
import App from './App.vue';
import { createDesign } from './design/design.ts';
import { router } from './router.ts';

createApp(App).use(createDesign()).use(router).mount('#app');
