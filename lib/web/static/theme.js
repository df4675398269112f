// @ts-check

const dark = matchMedia('(prefers-color-scheme: dark)');

function isDark() {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === undefined ? dark.matches : chosen === 'dark';
}

/**
 * Lets a button switch between light and dark. The choice is remembered, where the browser allows it.
 *
 * @param {HTMLButtonElement} button
 */
export function bindThemeButton(button) {
  const show = () => button.setAttribute('aria-pressed', String(isDark()));
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset['theme'] = theme;
    try {
      localStorage.setItem('theme', theme);
    } catch {
      // Then until the page is left.
    }
    show();
  });
  dark.addEventListener('change', show);
  show();
}
