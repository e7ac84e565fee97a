# Reads the xunit result file. want=counts: "total passed failed skipped errors"; want=failed or want=skipped: one test a line.
# Each record is one tag with the text after it; what stands in CDATA is a test's own words and never read as a tag.

function attribute(name,    at, rest) {
    at = index($0, " " name "=\"")
    if (at == 0) return ""
    rest = substr($0, at + length(name) + 3)
    rest = substr(rest, 1, index(rest, "\"") - 1)
    gsub(/&lt;/, "<", rest); gsub(/&gt;/, ">", rest); gsub(/&quot;/, "\"", rest); gsub(/&apos;/, "'", rest)
    gsub(/&#x[0-9a-fA-F]+;/, " ", rest); gsub(/&amp;/, "\\&", rest)
    return rest
}

function flush() {
    if (skipped_test != "") print "    " skipped_test ": " (reason == "" ? "no reason given" : reason)
    skipped_test = ""; reason = ""
}

BEGIN { RS = "<" }

in_cdata {
    if (in_reason) reason = reason "<" $0
    if (index($0, "]]>")) { in_cdata = 0; sub(/\]\]>.*/, "", reason) }
    next
}

/^!\[CDATA\[/ {
    text = substr($0, 9)
    if (in_reason) reason = text
    if (index(text, "]]>")) { if (in_reason) sub(/\]\]>.*/, "", reason) } else in_cdata = 1
    next
}

/^assembly / {
    total += attribute("total"); passed += attribute("passed"); failed += attribute("failed")
    skipped += attribute("skipped"); errors += attribute("errors")
    next
}

/^test / {
    if (want == "skipped") flush()
    if (want == "failed" && attribute("result") == "Fail") print attribute("name")
    if (want == "skipped" && attribute("result") == "Skip") skipped_test = attribute("name")
    next
}

/^error / && want == "failed" { print attribute("type") ": " attribute("name"); next }

/^reason>/ { in_reason = 1; if (length($0) > 7) reason = substr($0, 8); next }
/^\/reason>/ { in_reason = 0; next }

END {
    if (want == "counts" && total != "") print total, passed, failed, skipped, errors
    if (want == "skipped") flush()
}
