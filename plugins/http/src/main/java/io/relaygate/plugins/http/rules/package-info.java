/** What a route makes of requests and responses: conditions, texts with variables, rules for fields, paths and queries. */
@NullMarked
package io.relaygate.plugins.http.rules;

import org.jspecify.annotations.NullMarked;
