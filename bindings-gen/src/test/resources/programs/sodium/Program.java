// SPDX-License-Identifier: Apache-2.0
package program;

import bound.Sodium;
import bound.SodiumCalls;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** A box that opens, one that does not, and a hash as Java has it. */
public final class Program {

    public static void main(String[] arguments) throws Exception {
        System.out.println("init " + SodiumCalls.sodium_init());
        byte[] message = "nothing to see here".getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[(int) SodiumCalls.crypto_secretbox_keybytes()];
        byte[] nonce = new byte[Sodium.crypto_secretbox_NONCEBYTES];
        SodiumCalls.randombytes_buf(key, key.length);
        SodiumCalls.randombytes_buf(nonce, nonce.length);
        byte[] box = new byte[message.length + Sodium.crypto_secretbox_MACBYTES];
        System.out.println("secretbox " + SodiumCalls.crypto_secretbox_easy(box, message, message.length, nonce, key));
        byte[] opened = new byte[message.length];
        System.out.println("open " + SodiumCalls.crypto_secretbox_open_easy(opened, box, box.length, nonce, key));
        System.out.println("same " + Arrays.equals(message, opened));
        box[3] ^= 1;
        System.out.println("forged " + SodiumCalls.crypto_secretbox_open_easy(opened, box, box.length, nonce, key));
        byte[] hash = new byte[Sodium.crypto_hash_sha256_BYTES];
        SodiumCalls.crypto_hash_sha256(hash, message, message.length);
        System.out.println("sha256 " + Arrays.equals(hash, MessageDigest.getInstance("SHA-256").digest(message)));
    }
}
