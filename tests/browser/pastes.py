"""What programs put on the clipboard, written as they write it: HTML, plain text, and what an update makes of it."""

# ruff: noqa: E501, since the programs' own lines are long

WORD_HTML = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml>
<![endif]--><style><!-- p.MsoNormal {margin:0cm;} @list l0:level1 {mso-level-number-format:bullet;} --></style></head>
<body lang=EN-GB style='tab-interval:36.0pt'><!--StartFragment-->
<h1 style='mso-list:none'>Progress<o:p></o:p></h1>
<p class=MsoNormal><span style='mso-fareast-language:EN-US'>The team’s <b>“guide”</b> is out<span
class=MsoCommentReference><span style='font-size:8pt'><a href="#_msocom_1" id="_anchor_1" class=msocomanchor>[A1]</a></span></span>.<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol;mso-fareast-font-family:Symbol'><span style='mso-list:Ignore'>·<span
style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>Train staff<o:p></o:p></p>
<p class=MsoListParagraphCxSpMiddle style='margin-left:72.0pt;text-indent:-18.0pt;mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='font-family:"Courier New"'><span style='mso-list:Ignore'>o<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>400 so far<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='font-family:Symbol'><span style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>Buy radios<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>1.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>Plan<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l1 level1 lfo2'><![if !supportLists]><span
style='mso-list:Ignore'>2.<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span><![endif]>Do<o:p></o:p></p>
<div style='mso-element:comment-list'><div style='mso-element:comment'><p class=MsoCommentText>Check this</p></div></div>
<!--EndFragment--></body></html>"""

WORD = (
    WORD_HTML,
    "Progress\r\nThe team’s “guide” is out.",
    "<h3>Progress</h3><p>The team’s <strong>“guide”</strong> is out.</p>"
    "<ul><li><p>Train staff</p><ul><li><p>400 so far</p></li></ul></li><li><p>Buy radios</p></li></ul>"
    "<ol><li><p>Plan</p></li><li><p>Do</p></li></ol>",
)

WORD_TABLE = (
    """<table class=MsoTableGrid border=1 style='border-collapse:collapse;mso-yfti-tbllook:1184'>
<tr style='mso-yfti-irow:0;mso-yfti-firstrow:yes'><td width=200 style='width:150pt;border:solid'><p class=MsoNormal><b>Area<o:p></o:p></b></p></td>
<td width=200><p class=MsoNormal><b><span style='color:red'>Arrests</span><o:p></o:p></b></p></td></tr>
<tr style='mso-yfti-irow:1;mso-yfti-lastrow:yes'><td><p class=MsoNormal>City<o:p></o:p></p></td><td><p class=MsoNormal>101<o:p></o:p></p></td></tr>
</table>""",
    "Area\tArrests",
    "<table><tr><th><p><strong>Area</strong></p></th><th><p><strong>Arrests</strong></p></th></tr>"
    "<tr><td><p>City</p></td><td><p>101</p></td></tr></table>",
)

OUTLOOK = (
    """<div dir="ltr" style="font-family:Calibri"><font color="#1f497d">Dear all,<br><br>The panel met.<br>It agreed.</font></div>
<div><br></div><blockquote style="margin:0 0 0 .8ex"><div>As asked before:</div><ul><li>minutes</li></ul></blockquote>""",
    "Dear all",
    "<p>Dear all,</p><p>The panel met.<br>It agreed.</p><p>As asked before:</p><ul><li><p>minutes</p></li></ul>",
)

PLAIN = (
    "",
    "This quarter:\r\n\r\n- trained staff\r\n  - 400 so far\r\n• bought radios\r\n1. plan\r\n2) do\r\nThat is -13.2%.",
    "<p>This quarter:</p><ul><li><p>trained staff</p><ul><li><p>400 so far</p></li></ul></li>"
    "<li><p>bought radios</p></li></ul><ol><li><p>plan</p></li><li><p>do</p></li></ol><p>That is -13.2%.</p>",
)

GOOGLE = (
    """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal"><p dir="ltr" style="line-height:1.38">
<span style="font-size:11pt;font-weight:700">Met</span><span style="font-style:italic"> twice</span> at
<a href="https://example.org/" onclick="alert(1)">the hall</a> and <a href="javascript:alert(1)">online</a></p></b>
<script>alert(1)</script><img src="https://example.org/pixel.png">""",
    "Met twice",
    '<p><strong>Met</strong><em> twice</em> at <a href="https://example.org/">the hall</a> and online</p>',
)
