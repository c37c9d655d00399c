package io.relaygate.observe;

import java.util.Map;

/** Something that an audit must be able to tell later. Written by {@link AuditTrail}. */
public sealed interface AuditRecord permits SessionEnd, AccessDecision, LoginRefused, SessionEvent {

    /** What happened, the same words for every record of a kind. */
    String message();

    /** What is known, in the order of the line: strings, numbers, lists and maps of strings. */
    Map<String, Object> fields();
}
