import { createRouter, createWebHistory, type RouteLocationNormalized, START_LOCATION } from 'vue-router';
import { isSignedIn, me, resume } from './session/session.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the text that names the page, in its tab and heading. */
    title: string;
    /** For people who are not signed in. */
    open?: true;
    /** For admins of the platform alone. */
    admin?: true;
  }
}

/** Every view is a link; what a view shows (range, filters, page) stands in its query. */
export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? {} : { top: 0 }),
  routes: [
    {
      path: '/sign-in',
      name: 'sign-in',
      component: () => import('./session/SignIn.vue'),
      meta: { title: 'signIn.title', open: true },
    },
    {
      path: '/forgotten-password',
      name: 'forgotten-password',
      component: () => import('./session/ForgottenPassword.vue'),
      meta: { title: 'forgottenPassword.title', open: true },
    },
    {
      path: '/',
      name: 'overview',
      component: () => import('./overview/Overview.vue'),
      meta: { title: 'overview.title' },
    },
    {
      path: '/devices',
      name: 'devices',
      component: () => import('./devices/Devices.vue'),
      meta: { title: 'devices.title' },
    },
    {
      path: '/devices/:deviceId',
      name: 'device',
      component: () => import('./devices/Device.vue'),
      props: true,
      meta: { title: 'device.title' },
    },
    {
      path: '/tasks',
      name: 'tasks',
      component: () => import('./tasks/TaskList.vue'),
      meta: { title: 'tasks.title' },
    },
    {
      path: '/tasks/compare',
      name: 'compare',
      component: () => import('./tasks/CompareView.vue'),
      meta: { title: 'compare.title' },
    },
    {
      path: '/devices/:deviceId/events/:eventId',
      name: 'event',
      component: () => import('./events/EventView.vue'),
      props: true,
      meta: { title: 'events.title' },
    },
    {
      path: '/gateways',
      component: () => import('./gateways/Gateways.vue'),
      meta: { title: 'gateways.title' },
      children: [
        { path: '', component: () => import('./gateways/GatewayList.vue') },
        { path: 'enrolments', component: () => import('./gateways/Enrolments.vue') },
        { path: 'enrolment-keys', component: () => import('./gateways/EnrolmentKeys.vue') },
      ],
    },
    {
      path: '/gateways/:gatewayId',
      component: () => import('./gateways/GatewayView.vue'),
      props: true,
      meta: { title: 'gateways.title' },
    },
    {
      path: '/dead-letters',
      component: () => import('./dead-letters/DeadLetters.vue'),
      meta: { title: 'deadLetters.title' },
    },
    {
      path: '/dead-letters/:deadLetterId',
      component: () => import('./dead-letters/DeadLetter.vue'),
      props: true,
      meta: { title: 'deadLetters.one.title' },
    },
    {
      path: '/devices/pending',
      component: () => import('./devices/PendingDevices.vue'),
      meta: { title: 'pendingDevices.title' },
    },
    { path: '/account', component: () => import('./account/Account.vue'), meta: { title: 'account.title' } },
    { path: '/platform', redirect: '/platform/overview' },
    {
      path: '/platform/:path(.*)*',
      component: () => import('./platform/Platform.vue'),
      meta: { title: 'platform.title', admin: true },
    },
    {
      path: '/:rest(.*)*',
      name: 'not-found',
      component: () => import('./layout/NotFound.vue'),
      meta: { title: 'notFound.title' },
    },
  ],
});

let resumed: Promise<void> | undefined;

router.beforeEach(async (to) => {
  resumed ??= resume().catch(() => {}); // without a server: the page says so as soon as it asks for something
  await resumed;
  if (!to.meta.open && !isSignedIn.value) return signInBefore(to);
  if (to.meta.admin && !me.value?.isAdmin) return { name: 'not-found', params: { rest: to.path.slice(1).split('/') } };
  return true;
});

let isOutdated = false;
addEventListener('vite:preloadError', () => {
  isOutdated = true;
});

/** The files of this version are gone with an upgrade of the server: loading the page anew brings the view in the new one. */
router.onError((_, to, from) => {
  if (isOutdated && from !== START_LOCATION) location.assign(to.fullPath);
});

export function signInBefore(to: RouteLocationNormalized) {
  return { name: 'sign-in', query: to.fullPath === '/' ? {} : { next: to.fullPath } };
}
