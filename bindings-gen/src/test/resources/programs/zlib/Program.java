// SPDX-License-Identifier: Apache-2.0
package program;

import bound.Addresses;
import bound.ZStream;
import bound.Zlib;
import bound.ZlibCalls;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import jnr.ffi.Pointer;

/** Compresses with zlib and unpacks with Java's own. */
public final class Program {

    public static void main(String[] arguments) throws Exception {
        byte[] text = "a stream of zlib, ".repeat(1000).getBytes(StandardCharsets.US_ASCII);
        ByteBuffer in = ByteBuffer.allocateDirect(text.length).put(text);
        ByteBuffer out = ByteBuffer.allocateDirect((int) ZlibCalls.compressBound(text.length));
        ByteBuffer stream = ZStream.allocate();

        int result = ZlibCalls.deflateInit2_(
                stream, 9, Zlib.Z_DEFLATED, 15, 8, Zlib.Z_DEFAULT_STRATEGY, ZlibCalls.zlibVersion(), ZStream.SIZEOF);
        System.out.println("deflateInit2_ " + result);
        ZStream.nextIn(stream, 0, Addresses.of(in));
        ZStream.availIn(stream, 0, text.length);
        ZStream.nextOut(stream, 0, Addresses.of(out));
        ZStream.availOut(stream, 0, out.capacity());
        System.out.println("deflate " + ZlibCalls.deflate(stream, Zlib.Z_FINISH));
        int length = (int) ZStream.totalOut(stream, 0);
        System.out.println("deflateEnd " + ZlibCalls.deflateEnd(stream));

        byte[] packed = new byte[length];
        out.get(0, packed);
        byte[] again = new byte[text.length];
        Inflater inflater = new Inflater();
        inflater.setInput(packed);
        System.out.println("same " + (inflater.inflate(again) == text.length && java.util.Arrays.equals(text, again)));
        CRC32 crc = new CRC32();
        crc.update(text);
        System.out.println("crc32 " + (ZlibCalls.crc32(0, text, text.length) == crc.getValue()));

        Path file = Path.of(arguments[0], "printed.gz");
        Pointer gz = ZlibCalls.gzopen(file.toString(), "wb");
        System.out.println("gzprintf " + ZlibCalls.gzprintf(gz, "%.3f %s", Math.PI, "is π"));
        ZlibCalls.gzclose(gz);
        try (GZIPInputStream read = new GZIPInputStream(Files.newInputStream(file))) {
            System.out.println(new String(read.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
