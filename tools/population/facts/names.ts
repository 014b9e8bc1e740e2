/** Given names by when they were common. Source: SCB, namnstatistik (facts); chosen by hand. */
export const GIVEN_NAMES: readonly {
  readonly from: number
  readonly female: readonly string[]
  readonly male: readonly string[]
}[] = [
  {
    from: 1900,
    female:
      'Birgit Inga Maj-Britt Gunborg Elsa Ingrid Märta Astrid Signe Karin Gunvor Vera Sonja Aina Britta Gerd'.split(
        ' ',
      ),
    male: 'Nils Karl-Erik Sven Gunnar Gösta Arne Åke Sten Ragnar Bertil Olle Harry Folke Ivar Torsten Evert'.split(
      ' ',
    ),
  },
  {
    from: 1938,
    female:
      'Britt-Marie Kerstin Gunilla Birgitta Barbro Monica Ulla Inger Margareta Ann-Christin Solveig Gunnel Siv Berit Eivor Lillemor'.split(
        ' ',
      ),
    male: 'Lars Leif Kjell Bengt Göran Rolf Jan-Erik Bo Roland Hans Kent Bernt Sture Stig Börje Ingemar'.split(
      ' ',
    ),
  },
  {
    from: 1958,
    female:
      'Eva Lena Annika Maria Carina Marie Susanne Åsa Helena Pia Catarina Anette Agneta Yvonne Ewa Mona'.split(
        ' ',
      ),
    male: 'Peter Mikael Anders Stefan Thomas Per Håkan Jonas Ulf Magnus Mats Tommy Fredrik Conny Torbjörn Joakim'.split(
      ' ',
    ),
  },
  {
    from: 1978,
    female:
      'Anna Emma Sara Jenny Linda Malin Elin Sofia Johanna Hanna Frida Therese Amina Zahra Josefin Fatima'.split(
        ' ',
      ),
    male: 'Johan Erik Daniel Andreas Marcus David Mattias Robin Simon Ahmad Jakob Viktor Amir Sebastian Pontus Mohammed'.split(
      ' ',
    ),
  },
  {
    from: 2000,
    female:
      'Alice Maja Ella Wilma Ebba Alva Saga Elsa Vera Noor Astrid Agnes Leah Selma Tuva Freja'.split(
        ' ',
      ),
    male: 'William Lucas Elias Oscar Hugo Liam Noah Adam Ali Vincent Melker Sixten Leon Yusuf Arvid Love'.split(
      ' ',
    ),
  },
]

/** Common Swedish family names. Source: SCB, namnstatistik (facts). */
export const FAMILY_NAMES: readonly string[] =
  `Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson
  Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström Olofsson Lindqvist Lindgren Berg Axelsson
  Bergström Lundberg Lind Lundgren Lundqvist Mattsson Berglund Fredriksson Sandberg Henriksson Forsberg Sjöberg
  Wallin Ali Engström Mohamed Eklund Danielsson Lundin Håkansson Björk Bergman Gunnarsson Holm Wikström Samuelsson
  Isaksson Fransson Bergqvist Nyström Holmberg Arvidsson Löfgren Söderberg Nyberg Blomqvist Claesson Nordström
  Mårtensson Lundström Ahmed Viklund Björklund Eliasson Pålsson Hassan Berggren Sandström Lund Nordin Ström Åberg
  Hermansson Ekström Falk Holmgren Hellström Dahlberg Hedlund Sundberg Sjögren Ek Blom Abrahamsson Öberg Martinsson
  Andreasson Strömberg Månsson Hansen Åkesson Dahl Lindholm Norberg Holmqvist Källström Rahimi Kovačević Nowak`
    .split(/\s+/)
    .filter(Boolean)

export const STREETS: readonly string[] =
  `Storgatan Kyrkogatan Skolgatan Björkvägen Ringvägen Parkvägen Ängsvägen Lingonstigen Drottninggatan Kungsgatan
  Villagatan Solgatan Tallvägen Granvägen Nygatan Östergatan Västergatan Smedjegatan Hamngatan Rosenvägen Sjövägen
  Backvägen Järnvägsgatan Trädgårdsgatan Lövängsvägen Åkervägen`
    .split(/\s+/)
    .filter(Boolean)
