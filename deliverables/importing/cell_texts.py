"""The text of a spreadsheet's cell as blocks: paragraphs, lists and tables, as we write them. No database here."""

import re
from collections.abc import Sequence

from deliverables.blocks import Block, Blocks, Cell, ListBlock, Paragraph, Run, Table

_ITEM = re.compile(r"( *)(?:([-–•·▪*])|(\d{1,3})[.)])\s+(.*)")
_DEEPEST = 6


def blocks_of(text: str) -> Blocks:
    """Each line is a paragraph; lines after "- " or "•", or numbered from 1, are a list; lines with tabs a table."""
    return _blocks([line.rstrip() for line in text.replace("\r\n", "\n").split("\n")], 0)


def _blocks(lines: Sequence[str], depth: int) -> Blocks:
    blocks: list[Block] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        end = at + 1
        if is_item(line, 1) and depth < _DEEPEST:
            end = _end_of_list(lines, at)
            blocks.append(_list(lines[at:end], depth))
        elif "\t" in line.strip():
            while end < len(lines) and lines[end].count("\t") == line.count("\t"):
                end += 1
            cells = [tuple(Cell(_paragraph(text)) for text in one.split("\t")) for one in lines[at:end]]
            blocks += [Table(tuple(cells))] if len(cells) > 1 else _paragraph(line.replace("\t", " "))
        else:
            blocks += _paragraph(line)
        at = end
    return tuple(blocks)


def _paragraph(line: str) -> Blocks:
    return (Paragraph((Run(line.strip()),)),) if line.strip() else ()


def is_item(line: str, number: int) -> bool:
    """Whether a line is an item of a list, of a numbered one with this number."""
    found = _ITEM.fullmatch(line)
    return bool(found and found[4].strip() and (found[2] or int(found[3]) == number))


def _end_of_list(lines: Sequence[str], start: int) -> int:
    """Where the list ends that begins here: its items, and what stands further in below one."""
    first = _ITEM.fullmatch(lines[start])
    assert first
    indent, is_numbered, count, at = len(first[1]), bool(first[3]), 1, start + 1
    while at < len(lines):
        found = _ITEM.fullmatch(lines[at])
        deep = len(lines[at]) - len(lines[at].lstrip(" "))
        if found and deep == indent and bool(found[3]) == is_numbered and is_item(lines[at], count + 1):
            count += 1
        elif not lines[at].strip() or deep <= indent:
            break
        at += 1
    return at


def _list(lines: Sequence[str], depth: int) -> ListBlock:
    first = _ITEM.fullmatch(lines[0])
    assert first
    items: list[list[str]] = []
    for line in lines:
        found = _ITEM.fullmatch(line)
        if found and len(found[1]) == len(first[1]):
            items.append([found[4]])
        else:
            items[-1].append(line)
    return ListBlock(bool(first[3]), tuple(_item(one, depth) for one in items))


def _item(lines: Sequence[str], depth: int) -> Blocks:
    inner = [line for line in lines[1:] if line.strip()]
    least = min((len(line) - len(line.lstrip(" ")) for line in inner), default=0)
    return _paragraph(lines[0]) + _blocks([line[least:] for line in inner], depth + 1)
