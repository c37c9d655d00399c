/**
 * Storage accounts of Azure Stack Hub behind the gateway: which requests may go on, what they look like there, and the signature that
 * the storage services want, made with keys that never leave the site. Requests in, requests out: no session and no connection.
 */
@NullMarked
package io.relaygate.plugins.http.storage;

import org.jspecify.annotations.NullMarked;
