"""Somebody who never touches the mouse, and who must always see where they are."""

from typing import Any, Literal

from playwright.sync_api import Locator, expect

from tests.journeys.people import Person

MOST_STEPS = 120
UNSEEN = """() => {
  const focused = document.activeElement;
  const said = `${focused.tagName} ${focused.innerText?.trim() || focused.name || focused.id}`;
  const ring = (node) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(node);
    return outlineStyle !== "none" && parseFloat(outlineWidth);
  };
  const around = [...focused.labels ?? []];
  for (let node = focused; node && around.length < 7; node = node.parentElement) around.push(node);
  const node = around.find((each) => ring(each) >= 2);
  if (!node) return `no ring around ${said}`;
  const [box] = node.getClientRects();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  return node.contains(top) ? null : `${said} is at ${box.y} of ${innerHeight}, under ${top?.outerHTML.slice(0, 80)}`;
}"""
"""What is wrong with the focus: no ring of 2 px around it or what it stands in, or something lies over it."""


class Keyboard:
    """The keys of somebody with a browser window."""

    def __init__(self, person: Person) -> None:
        self._page = person.page
        self.complaints: list[str] = []

    def reaches(self, role: Any, name: str, *, back: bool = False) -> Locator:
        """Press Tab until the focus is on what has this role and name."""
        wanted = self._page.get_by_role(role, name=name, exact=True).first
        expect(wanted).to_be_visible()
        return self._goes_to(wanted, name, "Shift+Tab" if back else "Tab")

    def writes(self, name: str, text: str) -> None:
        """Go to the field `name` of the form, and type."""
        wanted = self._page.locator(f"main [name={name}]")
        self._goes_to(wanted, name, "Tab")
        self._page.keyboard.press("ControlOrMeta+a")
        self._page.keyboard.insert_text(text)

    def presses(self, key: Literal["Enter", "Space", "ArrowDown"] = "Enter") -> None:
        """Press a key where the focus is."""
        self._page.keyboard.press(key)

    def _goes_to(self, wanted: Locator, name: str, key: str) -> Locator:
        for _step in range(MOST_STEPS):
            if wanted.evaluate("node => node === document.activeElement"):
                return wanted
            self._page.keyboard.press(key)
            if complaint := self._page.evaluate(UNSEEN):
                self.complaints.append(f"{self._page.url}: {complaint}")
        raise AssertionError(f"{name!r} is not within {MOST_STEPS} steps on {self._page.url}")
