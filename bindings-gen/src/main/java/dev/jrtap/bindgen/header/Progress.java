// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import org.eclipse.cdt.core.dom.ast.IASTFileLocation;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.internal.core.parser.scanner.ILocationResolver;
import org.eclipse.cdt.internal.core.parser.scanner.Token;

/** How far the parser has come in the declaration that it is given, and what speaks against that. */
final class Progress {

    private final Nesting nesting;
    private final Asides asides;
    private final ILocationResolver places;
    private final Definitions definitions;

    /** Where the declaration begins; -1 before its first token. */
    private int start = -1;

    /** Why it cannot be read; {@code null} if it can. */
    private String broken;

    Progress(Nesting nesting, Asides asides, ILocationResolver places) {
        this.nesting = nesting;
        this.asides = asides;
        this.places = places;
        this.definitions = new Definitions(asides.definitions);
    }

    /** Takes note of a token that the parser is given; returns false if it must be given no more of the declaration. */
    boolean pass(Token token) {
        nesting.pass(token);
        definitions.pass(token, nesting.open().size());
        if (start < 0) {
            start = token.getOffset();
        }
        if (token.getType() == IToken.tSEMI && nesting.isOutermost()) {
            if (broken != null) {
                end(token.getEndOffset());
            }
            start = -1;
        }
        if (nesting.isTooDeep() && broken == null) {
            broken = Nesting.TOO_DEEP;
            return false;
        }
        return true;
    }

    /** Takes note of why the declaration cannot be read. */
    void breaks(String reason) {
        broken = reason;
    }

    private void end(int to) {
        IASTFileLocation place = places.getMappedFileLocation(start, to - start);
        String text = new String(places.getUnpreprocessedSignature(place));
        asides.broken.put(start, new Asides.Broken(to, place, text, broken));
        broken = null;
    }
}
