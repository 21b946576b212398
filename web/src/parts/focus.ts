import type { Directive } from 'vue';

/**
 * Puts the cursor into the first field, at once: Vuetify's autofocus comes later, when people may type into another one already. A choice
 * is left alone, as it would open.
 */
export const vFocusFirst: Directive<HTMLElement> = {
  mounted(element) {
    const field = element.querySelector('input');
    if (!field?.closest('.v-select, .v-autocomplete')) field?.focus();
  },
};
