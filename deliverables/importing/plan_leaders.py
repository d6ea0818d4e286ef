"""Who leads a new deliverable of an uploaded plan, by the label of its column Organisation. No database here."""

import re

from deliverables.importing.plan_values import Choices, NewLeader, Stored, StoredDeliverable


class Leaders:
    """Those who lead what is new: people of the plan, as the labels say or somebody chose, and who is to be made."""

    def __init__(self, stored: Stored, choices: Choices) -> None:
        self._stored, self._choices = stored, choices
        self._people = {one.pk: one for there in stored.leaders.values() for one in there}
        self.made: dict[str, tuple[str, NewLeader]] = {}
        """Label and what is made of it, by the label in lower case."""
        self.named: dict[str, str] = {}
        """The name of who leads what a label names."""

    def of(self, label: str, before: StoredDeliverable | None, notes: list[str]) -> int | None:
        """Who leads a new deliverable; None where nobody does, or they are to be made. Notes what is worth a look.

        One that goes on from another year stays with who led it there, if the label does not say otherwise.
        """
        folded, owners = label.casefold(), self._stored.owners.get(before.pk, ()) if before else ()
        if owners and folded in ("", owners[-1][1].label.casefold()):
            return owners[-1][1].pk
        if not label:
            notes.append("The file does not say who leads it. Say it later, on the deliverable’s page.")
            return None
        known, chosen = self._stored.leaders.get(folded, ()), self._choices.leaders.get(folded)
        if isinstance(chosen, int) and chosen in self._people:
            leader = self._people[chosen]
        elif known and not isinstance(chosen, NewLeader):
            leader = known[0]
        else:
            self.made[folded] = (label, chosen if isinstance(chosen, NewLeader) else likely(label))
            return None
        self.named[label] = leader.name
        return leader.pk


def likely(label: str) -> NewLeader:
    """Who an unknown label is taken for: two capitals are somebody's initials, all else names an organisation."""
    return NewLeader.OFFICE if re.fullmatch("[A-Z]{2}", label) else NewLeader.ORGANISATION
