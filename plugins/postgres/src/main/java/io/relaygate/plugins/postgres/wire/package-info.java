/**
 * PostgreSQL's frontend/backend protocol, version 3, as bytes and records: no session, no policy, no logging. The source is the
 * chapter "Frontend/Backend Protocol" of PostgreSQL's documentation, sections "Message Flow" and "Message Formats".
 */
@NullMarked
package io.relaygate.plugins.postgres.wire;

import org.jspecify.annotations.NullMarked;
