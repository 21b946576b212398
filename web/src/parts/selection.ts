import { computed, ref } from 'vue';

/** Which of the shown items are selected; `all` is for the box in the head of a table. */
export function useSelection(shown: () => readonly { id: string }[]) {
  const chosen = ref<string[]>([]);
  const all = computed({
    get: () => chosen.value.length > 0 && chosen.value.length === shown().length,
    set: (isChosen) => {
      chosen.value = isChosen ? shown().map(({ id }) => id) : [];
    },
  });
  return { chosen, all };
}
