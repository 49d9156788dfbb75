"""Names that people give, by the language of a place. Common names, in no order of anything but habit."""

from bench.simulation.dice import Dice


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = {
    "en": _words(
        """
        James Mary Michael Jennifer Robert Linda David Emily William Sarah Emma Daniel Olivia Matthew
        Jessica Ashley Josh Megan Ryan Laura Chris Amy Kevin Hannah Tyler Grace Ethan Chloe Noah Sophie Jack
        Lucy Oliver Ruth Harry Ella Marcus Tanya Andre Priya
        """
    ),
    "de": _words(
        """
        Lukas Anna Leon Lena Finn Marie Jonas Julia Paul Laura Felix Sarah Max Lisa Tim Katharina Stefan
        Sabine Thomas Petra Michael Andrea Andreas Claudia Jan Nina Moritz Clara Mehmet Elif
        """
    ),
    "fr": _words(
        """
        Lucas Emma Hugo Lea Louis Chloe Nathan Manon Thomas Camille Nicolas Julie Pierre Marie Julien Sophie
        Antoine Claire Mathieu Pauline Karim Fatima Alexandre Elodie
        """
    ),
    "pt": _words(
        """
        Joao Maria Pedro Ana Lucas Julia Gabriel Beatriz Rafael Larissa Matheus Camila Felipe Fernanda
        Gustavo Amanda Bruno Leticia Thiago Patricia Rodrigo Aline Vinicius Bruna
        """
    ),
    "hi": _words(
        """
        Rahul Priya Amit Neha Rohit Pooja Vikram Anjali Arjun Kavya Sanjay Sneha Suresh Divya Karthik
        Lakshmi Imran Ayesha Manish Ritu Deepak Swati Aditya Meera Harpreet Simran
        """
    ),
    "ja": _words(
        """
        Haruto Yui Sota Hina Yuto Sakura Ren Aoi Takashi Yuki Kenji Naoko Hiroshi Keiko Daiki Misaki Kazuki
        Emi Ryo Mai
        """
    ),
    "es": _words(
        """
        Jose Maria Carlos Laura Luis Ana Juan Carmen Miguel Lucia Javier Sofia Daniel Paula Alejandro Elena
        Diego Valentina Fernando Gabriela Sergio Marta Pablo Andrea
        """
    ),
    "pl": _words(
        """
        Jan Anna Piotr Katarzyna Krzysztof Malgorzata Tomasz Agnieszka Pawel Barbara Michal Ewa Marcin
        Magdalena Jakub Zuzanna Kacper Julia Szymon Oksana
        """
    ),
    "id": _words(
        """
        Budi Siti Agus Dewi Rizky Putri Andi Ayu Dian Rina Fajar Nur Bayu Indah Hendra Wulan Yusuf Fitri
        """
    ),
    "ng": _words(
        """
        Chinedu Ngozi Emeka Amaka Tunde Funke Ibrahim Aisha Segun Yetunde Uche Ifeoma Musa Zainab Samuel
        Blessing Victor Grace
        """
    ),
}
FAMILY = {
    "en": _words(
        """
        Smith Johnson Williams Brown Jones Garcia Miller Davis Wilson Anderson Taylor Thomas Moore Martin
        Lee Thompson White Harris Clark Lewis Walker Hall Young King Wright Scott Green Baker Adams Nelson
        Hill Campbell Mitchell Roberts Carter Phillips Evans Turner Parker Collins Edwards Stewart Morris
        Murphy Cook Rogers Reed Bailey Cooper Kelly Howard Ward Cox Peterson Gray Watson Brooks Bennett Wood
        Barnes Nguyen Patel Kim Chen Okafor Hernandez Ramirez Whitfield Delacroix Abernathy Kowalski
        Lindqvist
        """
    ),
    "de": _words(
        """
        Mueller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein
        Wolf Neumann Schwarz Zimmermann Braun Krueger Hofmann Lange Krause Werner Lehmann Kaiser Fuchs Vogel
        Yilmaz Kaya Demir Nowak Oberhuber Sonnenberg
        """
    ),
    "fr": _words(
        """
        Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel
        Garcia David Bertrand Roux Vincent Fournier Girard Bonnet Dupont Lambert Benali Traore Nguyen
        Chevallier
        """
    ),
    "pt": _words(
        """
        Silva Santos Oliveira Souza Rodrigues Ferreira Alves Pereira Lima Gomes Costa Ribeiro Martins
        Carvalho Almeida Lopes Soares Fernandes Vieira Barbosa Rocha Dias Nascimento Moreira Nunes
        Cavalcanti
        """
    ),
    "hi": _words(
        """
        Sharma Patel Singh Kumar Gupta Reddy Iyer Nair Das Khan Verma Joshi Mehta Rao Chopra Banerjee
        Mukherjee Pillai Desai Kulkarni Ansari Kaur Bhat Menon Agarwal Mishra
        """
    ),
    "ja": _words(
        """
        Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki
        Yamaguchi Matsumoto Inoue Kimura Hayashi Shimizu Mori
        """
    ),
    "es": _words(
        """
        Garcia Gonzalez Rodriguez Fernandez Lopez Martinez Sanchez Perez Gomez Martin Jimenez Hernandez Ruiz
        Diaz Moreno Alvarez Romero Torres Navarro Dominguez Vazquez Ramos Gil Serrano Castro Flores Mendoza
        Ibarra
        """
    ),
    "pl": _words(
        """
        Nowak Kowalski Wisniewski Wojcik Kowalczyk Kaminski Lewandowski Zielinski Szymanski Wozniak
        Dabrowski Kozlowski Jankowski Mazur Krawczyk Piotrowski Grabowski Pawlak Michalski Shevchenko
        """
    ),
    "id": _words(
        """
        Santoso Wijaya Saputra Hidayat Kusuma Pratama Setiawan Nugroho Wibowo Lestari Rahman Siregar Gunawan
        Susanto Halim Maulana Firmansyah Utami
        """
    ),
    "ng": _words(
        """
        Okafor Adeyemi Ibrahim Eze Okonkwo Balogun Musa Nwosu Adebayo Obi Bello Ogunleye Chukwu Lawal
        Abubakar Danjuma Akinola Onyeka
        """
    ),
}

TABLES = tuple(GIVEN)
WHOLE_OR_PART = 0.98  # people who write any name
ELSEWHERE = 0.07


def name(dice: Dice, table: str) -> tuple[str, str]:
    """A given and a family name; some people's come from elsewhere."""
    if dice.chance(ELSEWHERE):
        table = dice.choice(TABLES)
    return dice.early(GIVEN[table], 1.3), dice.early(FAMILY[table], 1.3)


def written(given: str, family: str, way: float) -> str | None:
    """The name as somebody fills it in, by a lot of 0 to 1: whole, short, in small letters, or not at all."""
    if way < 0.80:
        return f"{given} {family}"
    if way < 0.88:
        return given
    if way < 0.93:
        return f"{given} {family}".lower()
    if way < 0.96:
        return f"{given[0]}. {family}"
    return f"{family} {given}" if way < WHOLE_OR_PART else None
