import { createVuetify } from 'vuetify';
import { aliases, mdi } from 'vuetify/iconsets/mdi-svg';
import { en as components } from 'vuetify/locale';
import en from '../texts/en.ts';

const THEME_KEY = 'stepcloud-theme';
export type ThemeName = 'light' | 'dark' | 'system';

/** The look of every page: colours, density and shapes stand here and nowhere else. Contrasts are those of WCAG 2.2 AA, in both themes. */
export function createDesign() {
  return createVuetify({
    theme: {
      defaultTheme: storedTheme(),
      cspNonce: document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '',
      themes: {
        light: {
          dark: false,
          colors: {
            background: '#f4f6f8',
            surface: '#ffffff',
            'on-surface': '#1b2430',
            primary: '#0b5cad',
            secondary: '#44546a',
            error: '#a3161b',
            warning: '#8a5300',
            success: '#1a6b3c',
            info: '#0b5cad',
          },
          variables: { 'medium-emphasis-opacity': 0.76, 'border-opacity': 0.16 },
        },
        dark: {
          dark: true,
          colors: {
            background: '#10151b',
            surface: '#1a212a',
            'on-surface': '#e8edf2',
            primary: '#7fb8f5',
            'on-primary': '#0a1a2b',
            secondary: '#a9b8ca',
            error: '#ffb4b0',
            'on-error': '#43191b',
            warning: '#f3c77c',
            'on-warning': '#2e2000',
            success: '#86d5a4',
            'on-success': '#06260f',
            info: '#7fb8f5',
          },
          variables: { 'medium-emphasis-opacity': 0.78, 'border-opacity': 0.2 },
        },
      },
    },
    icons: { defaultSet: 'mdi', aliases, sets: { mdi } },
    locale: { locale: 'en', fallback: 'en', messages: { en: { ...components, page: en } } },
    defaults: {
      VContainer: { fluid: true },
      VCard: { rounded: 'lg', elevation: 0, border: true },
      VBtn: { rounded: 'md' },
      VTextField: { variant: 'outlined', density: 'comfortable' },
      VTextarea: { variant: 'outlined', density: 'comfortable' },
      VSelect: { variant: 'outlined', density: 'comfortable' },
      VAutocomplete: { variant: 'outlined', density: 'comfortable' },
      VCombobox: { variant: 'outlined', density: 'comfortable' },
      VNumberInput: { variant: 'outlined', density: 'comfortable' },
      VSwitch: { color: 'primary', density: 'comfortable', inset: true },
      VCheckbox: { color: 'primary', density: 'comfortable' },
      VDialog: { maxWidth: 640 },
      VAlert: { variant: 'tonal', density: 'comfortable' },
      VTable: { density: 'comfortable' },
    },
  });
}

export function storedTheme(): ThemeName {
  const stored = localStorage.getItem(THEME_KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function storeTheme(name: ThemeName): void {
  localStorage.setItem(THEME_KEY, name);
}
