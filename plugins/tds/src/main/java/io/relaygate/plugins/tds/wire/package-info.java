/**
 * The Tabular Data Stream of SQL Server, TDS 7.1 to 8.0, as bytes and records: packets, PRELOGIN, LOGIN7, and the tokens of the answer to
 * a login. No session, no policy, no logging. The source is MS-TDS. Numbers are little-endian, except in a packet's header and in
 * PRELOGIN; texts are UTF-16LE.
 */
@NullMarked
package io.relaygate.plugins.tds.wire;

import org.jspecify.annotations.NullMarked;
