// SPDX-License-Identifier: Apache-2.0
package dev.jrtap.bindgen.header;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.eclipse.cdt.core.dom.parser.IScannerExtensionConfiguration;
import org.eclipse.cdt.core.parser.EndOfFileException;
import org.eclipse.cdt.core.parser.FileContent;
import org.eclipse.cdt.core.parser.IGCCToken;
import org.eclipse.cdt.core.parser.IParserLogService;
import org.eclipse.cdt.core.parser.IScannerInfo;
import org.eclipse.cdt.core.parser.IToken;
import org.eclipse.cdt.core.parser.IncludeFileContentProvider;
import org.eclipse.cdt.core.parser.ParserLanguage;
import org.eclipse.cdt.internal.core.parser.scanner.CPreprocessor;
import org.eclipse.cdt.internal.core.parser.scanner.Token;
import org.eclipse.cdt.internal.core.parser.scanner.TokenWithImage;

/**
 * A preprocessor whose tokens the parser understands: the words of C11 and C23 and the attributes that its grammar does not have,
 * or not everywhere, are put in other words, taken out, or set aside.
 *
 * <p>A token keeps its offset, so that places and the text of nodes stay those of the header.
 */
final class Dialect extends CPreprocessor {

    /** Ends the headers: what is open there is closed. */
    static final String END_OF_HEADERS = "__jrtap_end_of_headers";

    /** Ends the text of a probe, whatever the macro in it holds. */
    static final String END_OF_PROBE = "__jrtap_end_of_probe";

    /** What {@code predefined.h} makes of {@code _Pragma}. */
    private static final String PRAGMA = "__jrtap_pragma";

    /** An attribute that stands for {@code _Atomic}. */
    static final String ATOMIC = "jrtap_atomic";

    private final Asides asides;
    private final Deque<Token> ahead = new ArrayDeque<>();
    private final Deque<Token> ready = new ArrayDeque<>();
    /** What is open, innermost first. */
    private final Deque<Token> open = new ArrayDeque<>();

    private int previous = IToken.tSEMI;
    private Token last;

    Dialect(
            FileContent content,
            IScannerInfo info,
            IParserLogService log,
            IScannerExtensionConfiguration configuration,
            IncludeFileContentProvider files,
            Asides asides) {
        super(content, info, ParserLanguage.C, log, configuration, files);
        this.asides = asides;
    }

    /** {@code __has_feature}, in the words of which {@code predefined.h} puts gcc's questions. */
    @Override
    public Set<String> getSupportedFeatures() {
        return KnownAttributes.features();
    }

    @Override
    public IToken nextToken() throws EndOfFileException {
        while (ready.isEmpty()) {
            translate(read());
        }
        Token token = ready.poll();
        // The parser links what it is given; the preprocessor has linked what it has read.
        token.setNext(null);
        previous = token.getType();
        last = token;
        switch (previous) {
            case IToken.tLBRACE, IToken.tLPAREN, IToken.tLBRACKET -> open.push(token);
            // Each stands before what closes it.
            case IToken.tRBRACE, IToken.tRPAREN, IToken.tRBRACKET -> close(previous - 1);
            default -> {}
        }
        return token;
    }

    /** A brace closes the parentheses in it that somebody forgot. */
    private void close(int type) {
        if (open.stream().anyMatch(token -> token.getType() == type)) {
            while (open.pop().getType() != type) {
                continue;
            }
        }
    }

    private Token read() throws EndOfFileException {
        return ahead.isEmpty() ? (Token) super.nextToken() : ahead.poll();
    }

    /** The token after the next {@code skipped} ones; {@code null} at the end. */
    private Token peek(int skipped) {
        try {
            while (ahead.size() <= skipped) {
                ahead.add((Token) super.nextToken());
            }
        } catch (EndOfFileException e) {
            // Whoever reads on meets it again.
            return null;
        }
        return ahead.stream().skip(skipped).findFirst().orElseThrow();
    }

    private boolean next(int type) {
        Token token = peek(0);
        return token != null && token.getType() == type;
    }

    private void translate(Token token) throws EndOfFileException {
        switch (token.getType()) {
            case IGCCToken.t__attribute__ -> attributes(token);
            case IToken.t_enum -> enumeration(token);
            case IToken.tLBRACKET -> {
                if (next(IToken.tLBRACKET)) {
                    standardAttributes(token);
                } else {
                    ready.add(token);
                }
            }
            case IToken.tIDENTIFIER, IToken.t_static_assert, IToken.t_thread_local -> word(token);
            default -> ready.add(token);
        }
    }

    private void word(Token token) throws EndOfFileException {
        char[] image = token.getCharImage();
        if (image.length < 7 || "_scta".indexOf(image[0]) < 0) {
            ready.add(token);
            return;
        }
        String word = new String(image);
        switch (word) {
            case "_Noreturn", "_Thread_local", "__thread" -> {}
            case "thread_local" -> {
                if (!startsDeclaration()) {
                    ready.add(token);
                }
            }
            case "_Static_assert" -> assertion();
            case "static_assert" -> {
                if (startsDeclaration() && next(IToken.tLPAREN)) {
                    asides.isC23 = true;
                    assertion();
                } else {
                    ready.add(token);
                }
            }
            case "_Atomic" -> atomic(token);
            case "constexpr" -> {
                asides.isC23 = true;
                asides.constants.add(token.getOffset());
                ready.add(as(token, IToken.t_const, "const"));
            }
            case "alignas", "alignof" -> ready.add(next(IToken.tLPAREN) ? renamed(token) : token);
            case "typeof_unqual", "__typeof_unqual__" -> ready.add(renamed(token));
            case "_BitInt" -> unsupported(token);
            case PRAGMA -> pragma(token);
            case END_OF_HEADERS -> endOfHeaders();
            case END_OF_PROBE -> {}
            default -> {
                if (isProbe(word)) {
                    probe(token);
                } else {
                    ready.add(token);
                }
            }
        }
    }

    /** A word of C23 in C11's or gcc's spelling. */
    private static Token renamed(Token token) {
        return token.getType() != IToken.tIDENTIFIER
                ? token
                : switch (new String(token.getCharImage())) {
                    case "alignas" -> as(token, IToken.t__Alignas, "_Alignas");
                    case "alignof" -> as(token, IToken.t__Alignof, "_Alignof");
                    case "typeof_unqual", "__typeof_unqual__" -> as(token, IGCCToken.t_typeof, "__typeof__");
                    default -> token;
                };
    }

    private void pragma(Token token) throws EndOfFileException {
        if (next(IToken.tLPAREN)) {
            List<Token> text = balanced();
            if (text.size() == 3) {
                asides.pragmas.put(
                        token.getOffset(),
                        new String(text.get(1).getCharImage()).replaceAll("^L?\"|\"$|\\\\(?=[\"\\\\])", ""));
            }
        }
    }

    private boolean startsDeclaration() {
        return previous == IToken.tSEMI || previous == IToken.tLBRACE || previous == IToken.tRBRACE;
    }

    /** A token of another kind in the place of one. */
    private static Token as(Token token, int type, String image) {
        return new TokenWithImage(type, null, token.getOffset(), token.getEndOffset(), image.toCharArray());
    }

    /** An assertion says nothing that is not so: out with it, and its semicolon. */
    private void assertion() throws EndOfFileException {
        if (next(IToken.tLPAREN)) {
            balanced();
        }
        if (next(IToken.tSEMI)) {
            read();
        }
    }

    /** Reads from an opening parenthesis to the one that closes it. */
    private List<Token> balanced() throws EndOfFileException {
        List<Token> tokens = new ArrayList<>();
        int depth = 0;
        do {
            Token token = read();
            tokens.add(token);
            depth += switch (token.getType()) {
                case IToken.tLPAREN, IToken.tLBRACKET, IToken.tLBRACE -> 1;
                case IToken.tRPAREN, IToken.tRBRACKET, IToken.tRBRACE -> -1;
                default -> 0;
            };
        } while (depth > 0);
        return tokens;
    }

    /** {@code _Atomic(type)} names a type, {@code _Atomic} alone qualifies one; on a pointer it changes nothing. */
    private void atomic(Token token) {
        if (previous != IToken.tSTAR) {
            attribute(token, List.of(as(token, IToken.tIDENTIFIER, ATOMIC)));
        }
        if (next(IToken.tLPAREN)) {
            ready.add(as(token, IGCCToken.t_typeof, "__typeof__"));
        }
    }

    /** A type that is not known here, as an int with an attribute that nobody knows either. */
    private void unsupported(Token token) throws EndOfFileException {
        if (next(IToken.tLPAREN)) {
            balanced();
        }
        attribute(token, List.of(as(token, IToken.tIDENTIFIER, new String(token.getCharImage()))));
        ready.add(as(token, IToken.t_int, "int"));
    }

    /** Gives the parser one attribute, its name first. */
    private void attribute(Token at, List<Token> tokens) {
        asides.attributes.put(
                tokens.get(0).getOffset(),
                KnownAttributes.plain(new String(tokens.get(0).getCharImage())));
        ready.add(as(at, IGCCToken.t__attribute__, "__attribute__"));
        ready.add(as(at, IToken.tLPAREN, "("));
        ready.add(as(at, IToken.tLPAREN, "("));
        ready.addAll(tokens);
        ready.add(as(at, IToken.tRPAREN, ")"));
        ready.add(as(at, IToken.tRPAREN, ")"));
    }

    private void attributes(Token keyword) throws EndOfFileException {
        for (List<Token> attribute : attributeList()) {
            attribute(keyword, attribute);
        }
    }

    /** The attributes with a meaning between the parentheses that follow, each with its arguments. */
    private List<List<Token>> attributeList() throws EndOfFileException {
        if (!next(IToken.tLPAREN)) {
            return List.of();
        }
        List<Token> all = balanced();
        int from = all.size() > 1 && all.get(1).getType() == IToken.tLPAREN ? 2 : 1;
        return split(all.subList(from, Math.max(from, all.size() - from)));
    }

    private static List<List<Token>> split(List<Token> tokens) {
        List<List<Token>> attributes = new ArrayList<>();
        List<Token> one = new ArrayList<>();
        int depth = 0;
        for (Token token : tokens) {
            int type = token.getType();
            depth += type == IToken.tLPAREN ? 1 : type == IToken.tRPAREN ? -1 : 0;
            if (type == IToken.tCOMMA && depth == 0) {
                attributes.add(one);
                one = new ArrayList<>();
            } else {
                one.add(token);
            }
        }
        attributes.add(one);
        attributes.removeIf(attribute -> attribute.isEmpty()
                || KnownAttributes.isIrrelevant(
                        KnownAttributes.plain(new String(attribute.get(0).getCharImage()))));
        return attributes;
    }

    /** {@code [[gnu::packed]]} is {@code __attribute__((packed))}; of other vendors, gcc reads over them, and so do we. */
    private void standardAttributes(Token bracket) throws EndOfFileException {
        ahead.addFirst(bracket);
        List<Token> all = balanced();
        List<Token> inner = new ArrayList<>();
        String vendor = "";
        for (Token token : all.subList(2, Math.max(2, all.size() - 2))) {
            int type = token.getType();
            if (type == IToken.tCOLONCOLON || type == IToken.tCOLON) {
                if (!inner.isEmpty() && inner.get(inner.size() - 1).getType() == IToken.tIDENTIFIER) {
                    vendor = new String(inner.remove(inner.size() - 1).getCharImage());
                }
            } else {
                inner.add(token);
            }
        }
        if (vendor.isEmpty() || KnownAttributes.plain(vendor).equals("gnu")) {
            split(inner).forEach(attribute -> attribute(bracket, attribute));
        }
    }

    /** {@code enum tag : type}, and attributes between the two, which the parser does not have. */
    private void enumeration(Token keyword) throws EndOfFileException {
        List<Token> lost = new ArrayList<>();
        while (next(IGCCToken.t__attribute__)) {
            read();
            attributeList().forEach(attribute -> lost.add(attribute.get(0)));
        }
        for (Token name : lost) {
            String attribute = KnownAttributes.plain(new String(name.getCharImage()));
            if (attribute.equals("packed")) {
                asides.packedEnums.add(keyword.getOffset());
            } else {
                asides.attributes.put(name.getOffset(), attribute);
            }
        }
        ready.add(keyword);
        boolean hasTag = next(IToken.tIDENTIFIER);
        Token colon = peek(hasTag ? 1 : 0);
        if (colon == null || colon.getType() != IToken.tCOLON) {
            return;
        }
        StringBuilder type = new StringBuilder();
        int end = hasTag ? 2 : 1;
        for (Token token = peek(end); isOfType(token); token = peek(++end)) {
            type.append(token.getCharImage()).append(' ');
        }
        Token after = peek(end);
        boolean isForward = after != null && after.getType() == IToken.tSEMI && open.isEmpty();
        if (type.length() > 0 && (isForward || after != null && after.getType() == IToken.tLBRACE)) {
            asides.isC23 = true;
            asides.enumTypes.put(keyword.getOffset(), type.toString().trim());
            if (hasTag) {
                ready.add(read());
            }
            for (int i = hasTag ? 1 : 0; i < end; i++) {
                read();
            }
        }
    }

    private static boolean isOfType(Token token) {
        return token != null
                && switch (token.getType()) {
                    case IToken.tIDENTIFIER,
                            IToken.t_char,
                            IToken.t_short,
                            IToken.t_int,
                            IToken.t_long,
                            IToken.t_signed,
                            IToken.t_unsigned,
                            IToken.t_float,
                            IToken.t_double,
                            IToken.t__Bool -> true;
                    default -> false;
                };
    }

    /** What is open here would take in all that follows. It ends where the last token of the headers stands. */
    private void endOfHeaders() {
        for (Token opening : open) {
            int closing = opening.getType() + 1;
            ready.add(as(last, closing, closing == IToken.tRBRACE ? "}" : closing == IToken.tRPAREN ? ")" : "]"));
            if (closing == IToken.tRBRACE) {
                asides.unclosed = getLocationResolver().getMappedFileLocation(opening.getOffset(), 1);
            }
        }
        if (!open.isEmpty()) {
            ready.add(as(last, IToken.tSEMI, ";"));
        }
    }

    private boolean isProbe(String word) {
        return previous == IToken.t_long && (word.startsWith(Probes.MACRO) || word.startsWith(Probes.FUNCTION));
    }

    /** A probe whose macro is no expression on its face is not worth the parser's trouble, nor its next one's life. */
    private void probe(Token name) throws EndOfFileException {
        List<Token> tokens = new ArrayList<>();
        int depth = 0;
        boolean good = true;
        for (Token token = read(); !isEnd(token); token = read()) {
            tokens.add(renamed(token));
            switch (token.getType()) {
                case IToken.tLPAREN, IToken.tLBRACKET -> depth++;
                case IToken.tRPAREN, IToken.tRBRACKET -> depth--;
                case IToken.tSEMI, IToken.tLBRACE, IToken.tRBRACE -> good = false;
                default -> {}
            }
            good &= depth > 0 || tokens.size() < 2 || token.getType() == IToken.tRPAREN;
        }
        ready.add(name);
        if (good && depth == 0) {
            ready.addAll(tokens);
        }
    }

    private static boolean isEnd(Token token) {
        return token.getType() == IToken.tIDENTIFIER && new String(token.getCharImage()).equals(END_OF_PROBE);
    }
}
