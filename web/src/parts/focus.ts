import type { Directive } from 'vue';

/** Puts the cursor into the first field, at once: Vuetify's autofocus comes later, when people may type into another one already. */
export const vFocusFirst: Directive<HTMLElement> = {
  mounted: (element) => element.querySelector('input')?.focus(),
};
